#include "sotto/ckks.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "ckks/ckks_objects.h"
#include "ground/guard.h"
#include "ground/secure_memory.h"

namespace {

using sotto::guarded;
using sotto::guarded_new;
using sotto::require;
using sotto::wiping_pool;

seal::parms_id_type id_of_level(const sotto_ckks* context, int32_t level) {
  auto data = context->context.first_context_data();
  while (data && data->chain_index() != static_cast<std::size_t>(level)) data = data->next_context_data();
  require(level >= 0 && data != nullptr, "there is no such level in the modulus chain");
  return data->parms_id();
}

int32_t level_of_id(const sotto_ckks* context, const seal::parms_id_type& id) {
  auto data = context->context.get_context_data(id);
  return data ? static_cast<int32_t>(data->chain_index()) : -1;
}

void check_scale(double scale) {
  require(std::isfinite(scale) && scale > 0, "a scale is a positive number");
}

// Runs the operation on a new ciphertext and hands it over.
template <class Operation>
sotto_ckks_ciphertext* new_ciphertext(Operation&& operation) noexcept {
  return guarded_new([&] {
    auto result = std::make_unique<sotto_ckks_ciphertext>();
    operation(result->value);
    return result.release();
  });
}

}  // namespace

sotto_ckks* sotto_ckks_create(int32_t log_degree, const int32_t* prime_bits, int32_t primes,
                              int32_t secure) {
  return guarded_new([&] {
    require(log_degree >= 10 && log_degree <= 15, "the ring degree is not between 2^10 and 2^15");
    require(primes >= 1, "no primes are given");
    std::size_t degree = std::size_t{1} << log_degree;
    seal::EncryptionParameters parameters(seal::scheme_type::ckks);
    parameters.set_poly_modulus_degree(degree);
    parameters.set_coeff_modulus(
        seal::CoeffModulus::Create(degree, std::vector<int>(prime_bits, prime_bits + primes)));
    return new sotto_ckks(parameters,
                          secure ? seal::sec_level_type::tc128 : seal::sec_level_type::none);
  });
}

int32_t sotto_ckks_top_level(const sotto_ckks* context) {
  return static_cast<int32_t>(context->context.first_context_data()->chain_index());
}

void sotto_ckks_free(sotto_ckks* context) { delete context; }

sotto_ckks_secret_key* sotto_ckks_secret_key_create(const sotto_ckks* context) {
  return guarded_new([&] {
    seal::KeyGenerator generator(context->context);
    return new sotto_ckks_secret_key{generator.secret_key()};
  });
}

sotto_ckks_public_key* sotto_ckks_public_key_create(const sotto_ckks* context,
                                                    const sotto_ckks_secret_key* secret) {
  return guarded_new([&] {
    auto result = std::make_unique<sotto_ckks_public_key>();
    seal::KeyGenerator(context->context, secret->value).create_public_key(result->value);
    return result.release();
  });
}

sotto_ckks_relin_key* sotto_ckks_relin_key_create(const sotto_ckks* context,
                                                  const sotto_ckks_secret_key* secret) {
  return guarded_new([&] {
    auto result = std::make_unique<sotto_ckks_relin_key>();
    seal::KeyGenerator(context->context, secret->value).create_relin_keys(result->value);
    return result.release();
  });
}

sotto_ckks_galois_key* sotto_ckks_galois_key_create(const sotto_ckks* context,
                                                    const sotto_ckks_secret_key* secret,
                                                    const int32_t* steps, int32_t count) {
  return guarded_new([&] {
    require(count >= 1, "no rotations are given");
    auto result = std::make_unique<sotto_ckks_galois_key>();
    seal::KeyGenerator(context->context, secret->value)
        .create_galois_keys(std::vector<int>(steps, steps + count), result->value);
    return result.release();
  });
}

void sotto_ckks_secret_key_free(sotto_ckks_secret_key* key) { delete key; }
void sotto_ckks_public_key_free(sotto_ckks_public_key* key) { delete key; }
void sotto_ckks_relin_key_free(sotto_ckks_relin_key* key) { delete key; }
void sotto_ckks_galois_key_free(sotto_ckks_galois_key* key) { delete key; }

sotto_ckks_plaintext* sotto_ckks_encode(const sotto_ckks* context, const double* values,
                                        int32_t count, double scale, int32_t level) {
  return guarded_new([&] {
    require(count >= 0 && static_cast<std::size_t>(count) <= context->encoder.slot_count(),
            "more values than slots");
    check_scale(scale);
    struct WipedValues {
      std::vector<double> list;
      ~WipedValues() { sotto::wipe(list.data(), list.size() * sizeof(double)); }
    } copy{std::vector<double>(values, values + count)};
    auto result = std::make_unique<sotto_ckks_plaintext>();
    context->encoder.encode(copy.list, id_of_level(context, level), scale, result->value,
                            wiping_pool());
    return result.release();
  });
}

sotto_ckks_plaintext* sotto_ckks_encode_constant(const sotto_ckks* context, double value,
                                                 double scale, int32_t level) {
  return guarded_new([&] {
    check_scale(scale);
    auto result = std::make_unique<sotto_ckks_plaintext>();
    context->encoder.encode(value, id_of_level(context, level), scale, result->value,
                            wiping_pool());
    return result.release();
  });
}

int sotto_ckks_decode(const sotto_ckks* context, const sotto_ckks_plaintext* plain,
                      double* values) {
  return guarded([&] {
    std::vector<double> decoded;
    context->encoder.decode(plain->value, decoded, wiping_pool());
    std::copy(decoded.begin(), decoded.end(), values);
    sotto::wipe(decoded.data(), decoded.size() * sizeof(double));
  });
}

int32_t sotto_ckks_plaintext_level(const sotto_ckks* context, const sotto_ckks_plaintext* plain) {
  return level_of_id(context, plain->value.parms_id());
}

double sotto_ckks_plaintext_scale(const sotto_ckks_plaintext* plain) {
  return plain->value.scale();
}

void sotto_ckks_plaintext_free(sotto_ckks_plaintext* plain) { delete plain; }

sotto_ckks_ciphertext* sotto_ckks_encrypt(const sotto_ckks* context,
                                          const sotto_ckks_public_key* key,
                                          const sotto_ckks_plaintext* plain) {
  return new_ciphertext([&](seal::Ciphertext& result) {
    seal::Encryptor(context->context, key->value).encrypt(plain->value, result, wiping_pool());
  });
}

sotto_ckks_plaintext* sotto_ckks_decrypt(const sotto_ckks* context,
                                         const sotto_ckks_secret_key* key,
                                         const sotto_ckks_ciphertext* ciphertext) {
  return guarded_new([&] {
    auto result = std::make_unique<sotto_ckks_plaintext>();
    seal::Decryptor(context->context, key->value).decrypt(ciphertext->value, result->value);
    return result.release();
  });
}

sotto_ckks_ciphertext* sotto_ckks_add(const sotto_ckks* context, const sotto_ckks_ciphertext* a,
                                      const sotto_ckks_ciphertext* b) {
  return new_ciphertext(
      [&](seal::Ciphertext& result) { context->evaluator.add(a->value, b->value, result); });
}

sotto_ckks_ciphertext* sotto_ckks_subtract(const sotto_ckks* context,
                                           const sotto_ckks_ciphertext* a,
                                           const sotto_ckks_ciphertext* b) {
  return new_ciphertext(
      [&](seal::Ciphertext& result) { context->evaluator.sub(a->value, b->value, result); });
}

sotto_ckks_ciphertext* sotto_ckks_multiply(const sotto_ckks* context,
                                           const sotto_ckks_ciphertext* a,
                                           const sotto_ckks_ciphertext* b) {
  return new_ciphertext([&](seal::Ciphertext& result) {
    if (a == b) {
      context->evaluator.square(a->value, result);
    } else {
      context->evaluator.multiply(a->value, b->value, result);
    }
  });
}

sotto_ckks_ciphertext* sotto_ckks_add_plain(const sotto_ckks* context,
                                            const sotto_ckks_ciphertext* a,
                                            const sotto_ckks_plaintext* b) {
  return new_ciphertext(
      [&](seal::Ciphertext& result) { context->evaluator.add_plain(a->value, b->value, result); });
}

sotto_ckks_ciphertext* sotto_ckks_multiply_plain(const sotto_ckks* context,
                                                 const sotto_ckks_ciphertext* a,
                                                 const sotto_ckks_plaintext* b) {
  return new_ciphertext([&](seal::Ciphertext& result) {
    context->evaluator.multiply_plain(a->value, b->value, result);
  });
}

sotto_ckks_ciphertext* sotto_ckks_relinearise(const sotto_ckks* context,
                                              const sotto_ckks_ciphertext* a,
                                              const sotto_ckks_relin_key* key) {
  return new_ciphertext([&](seal::Ciphertext& result) {
    context->evaluator.relinearize(a->value, key->value, result);
  });
}

sotto_ckks_ciphertext* sotto_ckks_rescale(const sotto_ckks* context,
                                          const sotto_ckks_ciphertext* a) {
  return new_ciphertext(
      [&](seal::Ciphertext& result) { context->evaluator.rescale_to_next(a->value, result); });
}

sotto_ckks_ciphertext* sotto_ckks_switch_level(const sotto_ckks* context,
                                               const sotto_ckks_ciphertext* a, int32_t level) {
  return new_ciphertext([&](seal::Ciphertext& result) {
    context->evaluator.mod_switch_to(a->value, id_of_level(context, level), result);
  });
}

sotto_ckks_ciphertext* sotto_ckks_rotate(const sotto_ckks* context, const sotto_ckks_ciphertext* a,
                                         int32_t steps, const sotto_ckks_galois_key* key) {
  return new_ciphertext([&](seal::Ciphertext& result) {
    context->evaluator.rotate_vector(a->value, steps, key->value, result);
  });
}

int32_t sotto_ckks_ciphertext_level(const sotto_ckks* context,
                                    const sotto_ckks_ciphertext* ciphertext) {
  return level_of_id(context, ciphertext->value.parms_id());
}

int32_t sotto_ckks_ciphertext_size(const sotto_ckks_ciphertext* ciphertext) {
  return static_cast<int32_t>(ciphertext->value.size());
}

double sotto_ckks_ciphertext_scale(const sotto_ckks_ciphertext* ciphertext) {
  return ciphertext->value.scale();
}

sotto_ckks_ciphertext* sotto_ckks_with_scale(const sotto_ckks_ciphertext* a, double scale) {
  return new_ciphertext([&](seal::Ciphertext& result) {
    check_scale(scale);
    result = a->value;
    result.scale() = scale;
  });
}

void sotto_ckks_ciphertext_free(sotto_ckks_ciphertext* ciphertext) { delete ciphertext; }
