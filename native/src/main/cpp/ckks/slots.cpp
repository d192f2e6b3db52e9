#include "sotto/slots.h"

#include <memory>
#include <vector>

#include <seal/util/polyarithsmallmod.h>

#include "ckks/chain.h"
#include "ckks/fresh.h"

namespace {

using namespace sotto;

seal::Plaintext encode(const sotto_ckks* context, const Chain& chain, const double* values,
                       std::size_t images, double scale) {
  struct WipedValues {
    std::vector<double> list;
    ~WipedValues() { sotto::wipe(list.data(), list.size() * sizeof(double)); }
  } copy{std::vector<double>(values, values + images)};
  seal::Plaintext plain(sotto::wiping_pool());
  context->encoder.encode(copy.list, chain.id, scale, plain, sotto::wiping_pool());
  return plain;
}

// The element with its constant added, divided by the level's prime.
seal::Ciphertext rescaled(const sotto_ckks* context, const Chain& chain, const uint64_t* in,
                          std::size_t elements, std::size_t element, double scale,
                          int64_t constant) {
  seal::Ciphertext ciphertext = chain.load(in, elements, element, scale);
  for (std::size_t prime = 0; prime < chain.primes; prime++) {
    chain.add_constant(constant, prime, ciphertext.data(0) + prime * chain.degree);
  }
  context->evaluator.rescale_to_next_inplace(ciphertext);
  return ciphertext;
}

}  // namespace

uint64_t sotto_slots_modulus(const sotto_ckks* context, int32_t prime) {
  const auto& primes = context->context.key_context_data()->parms().coeff_modulus();
  return prime < 0 || static_cast<std::size_t>(prime) >= primes.size()
             ? 0
             : primes[static_cast<std::size_t>(prime)].value();
}

int sotto_slots_encrypt(const sotto_ckks* context, const sotto_ckks_secret_key* key,
                        const sotto_slots_upload* upload, const double* values, int32_t images, double scale,
                        uint64_t* c0) {
  return guarded([&] {
    const Chain chain(context, upload->level);
    const std::size_t used = checked_images(context, images, scale);
    const std::size_t count = checked_count(*upload);
    for (std::size_t e = 0; e < count; e++) {
      const seal::Plaintext plain = encode(context, chain, values + e * used, used, scale);
      for (std::size_t prime = 0; prime < chain.primes; prime++) {
        uint64_t* out = c0 + (prime * count + e) * chain.degree;
        fresh_zero(chain, key, prime, *upload, e, out);
        seal::util::add_poly_coeffmod(out, plain.data() + prime * chain.degree, chain.degree,
                                      chain.modulus(prime), out);
      }
    }
  });
}

int sotto_slots_expand(const sotto_ckks* context, const sotto_slots_range* range, const uint8_t* public_seed,
                       uint64_t* rows) {
  return guarded([&] {
    const Chain chain(context, range->level);
    const Span span(*range);
    for (std::size_t prime = 0; prime < chain.primes; prime++) {
      const Sampler uniform = chain.sampler(public_seed, prime);
      for (std::size_t e = span.from; e < span.to; e++) {
        uniform.uniform(number(Purpose::ciphertext_c1), chain.index_of(e, prime),
                        rows + chain.row(prime, 1, span.count, e));
      }
    }
  });
}

int sotto_slots_add(const sotto_ckks* context, const sotto_slots_range* range, const double* values,
                    int32_t images, double scale, uint64_t* rows) {
  return guarded([&] {
    const Chain chain(context, range->level);
    const Span span(*range);
    const std::size_t used = checked_images(context, images, scale);
    for (std::size_t e = span.from; e < span.to; e++) {
      const seal::Plaintext plain = encode(context, chain, values + e * used, used, scale);
      for (std::size_t prime = 0; prime < chain.primes; prime++) {
        uint64_t* out = rows + chain.row(prime, 0, span.count, e);
        seal::util::add_poly_coeffmod(out, plain.data() + prime * chain.degree, chain.degree,
                                      chain.modulus(prime), out);
      }
    }
  });
}

int sotto_slots_rescale(const sotto_ckks* context, const sotto_slots_range* range, double scale,
                        const uint64_t* in, const int64_t* constants, uint64_t* out) {
  return guarded([&] {
    const Chain chain(context, range->level);
    const Chain below(context, range->level - 1);
    const Span span(*range);
    for (std::size_t e = span.from; e < span.to; e++) {
      below.store(rescaled(context, chain, in, span.count, e, scale, constants[e]), out,
                  span.count, e);
    }
  });
}

int sotto_slots_square(const sotto_ckks* context, const sotto_slots_range* range, double scale,
                       const uint64_t* in, const int64_t* constants, uint64_t* out) {
  return guarded([&] {
    const Chain chain(context, range->level);
    const Chain below(context, range->level - 2);
    const Span span(*range);
    for (std::size_t e = span.from; e < span.to; e++) {
      seal::Ciphertext ciphertext =
          rescaled(context, chain, in, span.count, e, scale, constants[e]);
      context->evaluator.square_inplace(ciphertext);
      context->evaluator.rescale_to_next_inplace(ciphertext);
      below.store(ciphertext, out, span.count, e);
    }
  });
}

int sotto_slots_relinearise(const sotto_ckks* context, const sotto_ckks_relin_key* relin,
                            const sotto_slots_range* range, double scale, const uint64_t* in, uint64_t* out) {
  return guarded([&] {
    const Chain chain(context, range->level);
    const Span span(*range);
    for (std::size_t e = span.from; e < span.to; e++) {
      seal::Ciphertext ciphertext = chain.load(in, span.count, e, scale, 3);
      context->evaluator.relinearize_inplace(ciphertext, relin->value);
      chain.store(ciphertext, out, span.count, e);
    }
  });
}

int sotto_slots_add_constants(const sotto_ckks* context, int32_t level, int32_t elements,
                              const int64_t* constants, uint64_t* rows) {
  return guarded([&] {
    const Chain chain(context, level);
    const Span span({level, elements, 0, elements});
    for (std::size_t prime = 0; prime < chain.primes; prime++) {
      for (std::size_t e = 0; e < span.count; e++) {
        chain.add_constant(constants[e], prime, rows + chain.row(prime, 0, span.count, e));
      }
    }
  });
}

int sotto_slots_public_key(const sotto_ckks* context, const sotto_ckks_secret_key* key,
                           int32_t level, const uint8_t* public_seed, const uint8_t* secret_seed,
                           uint64_t* b) {
  return guarded([&] {
    const Chain chain(context, level);
    for (std::size_t prime = 0; prime < chain.primes; prime++) {
      zero_sample(chain, key, prime, {public_seed, Purpose::public_key_a, prime},
                  {secret_seed, Purpose::public_key_noise, 0}, b + prime * chain.degree);
    }
  });
}

int sotto_slots_hide(const sotto_ckks* context, const sotto_slots_range* range, const sotto_slots_encryptor* key,
                     const uint8_t* secret_seed, int32_t flood_bits, uint64_t* rows) {
  return guarded([&] {
    const Chain chain(context, range->level);
    const Span span(*range);
    const std::size_t n = chain.degree;
    require(flood_bits >= 0 && flood_bits <= 60, "noise of more than 60 bits");
    const uint64_t width = (uint64_t{1} << (flood_bits + 1)) - 1;
    const Sampler flood(secret_seed, width, n);
    ZeroEncryption zero(chain, *key, secret_seed);
    SecretArray<uint64_t> noise(n);
    SecretArray<uint64_t> wide(n);
    for (std::size_t e = span.from; e < span.to; e++) {
      flood.uniform(number(Purpose::flood), e, wide.get());
      for (std::size_t prime = 0; prime < chain.primes; prime++) {
        const seal::Modulus& q = chain.modulus(prime);
        uint64_t* c0 = rows + chain.row(prime, 0, span.count, e);
        zero.add(prime, e, c0, rows + chain.row(prime, 1, span.count, e));
        const uint64_t shift = q.value() - seal::util::barrett_reduce_64(width >> 1, q);
        for (std::size_t i = 0; i < n; i++) {
          noise.get()[i] = seal::util::barrett_reduce_64(
              seal::util::barrett_reduce_64(wide.get()[i], q) + shift, q);
        }
        chain.to_ntt(prime, noise.get());
        seal::util::add_poly_coeffmod(c0, noise.get(), n, q, c0);
      }
    }
  });
}

int sotto_slots_relin_key(const sotto_ckks* context, const sotto_ckks_secret_key* key,
                          const uint8_t* public_seed, const uint8_t* secret_seed, uint64_t* b) {
  return guarded([&] {
    const Chain chain(context, 0);
    const std::size_t n = chain.degree;
    const std::size_t all = chain.all_primes();
    const uint64_t special = chain.modulus(all - 1).value();
    SecretArray<uint64_t> square(n);
    for (std::size_t digit = 0; digit + 1 < all; digit++) {
      for (std::size_t prime = 0; prime < all; prime++) {
        zero_sample(chain, key, prime, {public_seed, Purpose::relin_a, chain.index_of(digit, prime)},
                    {secret_seed, Purpose::relin_noise, digit}, b + (digit * all + prime) * n);
      }
      // The digit's own prime carries the special prime times s^2.
      const seal::Modulus& q = chain.modulus(digit);
      const uint64_t* s = key->value.data().data() + digit * n;
      uint64_t* out = b + (digit * all + digit) * n;
      seal::util::dyadic_product_coeffmod(s, s, n, q, square.get());
      seal::util::multiply_poly_scalar_coeffmod(
          square.get(), n, seal::util::barrett_reduce_64(special, q), q, square.get());
      seal::util::add_poly_coeffmod(out, square.get(), n, q, out);
    }
  });
}

sotto_ckks_relin_key* sotto_slots_relin_import(const sotto_ckks* context, const uint8_t* public_seed,
                                               const uint64_t* b) {
  return guarded_new([&] {
    const Chain chain(context, 0);
    const std::size_t n = chain.degree;
    const std::size_t all = chain.all_primes();
    require(all >= 2, "one prime has no room for relinearisation");
    auto result = std::make_unique<sotto_ckks_relin_key>();
    const seal::parms_id_type id = context->context.key_parms_id();
    result->value.parms_id() = id;
    result->value.data().resize(1);
    auto& digits = result->value.data()[0];
    digits.resize(all - 1);
    for (std::size_t digit = 0; digit + 1 < all; digit++) {
      seal::Ciphertext& part = digits[digit].data();
      part.resize(context->context, id, 2);
      part.is_ntt_form() = true;
      std::copy_n(b + digit * all * n, all * n, part.data(0));
      for (std::size_t prime = 0; prime < all; prime++) {
        chain.sampler(public_seed, prime)
            .uniform(number(Purpose::relin_a), chain.index_of(digit, prime),
                     part.data(1) + prime * n);
      }
    }
    require(seal::is_valid_for(result->value, context->context), "no relinearisation key");
    return result.release();
  });
}

int sotto_slots_decrypt(const sotto_ckks* context, const sotto_ckks_secret_key* key, const sotto_slots_range* range,
                        double scale, const uint64_t* rows, int32_t images, double* values) {
  return guarded([&] {
    const Chain chain(context, range->level);
    const Span span(*range);
    const std::size_t used = checked_images(context, images, scale);
    seal::Decryptor decryptor(context->context, key->value);
    for (std::size_t e = span.from; e < span.to; e++) {
      seal::Plaintext plain(sotto::wiping_pool());
      decryptor.decrypt(chain.load(rows, span.count, e, scale), plain);
      std::vector<double> decoded;
      context->encoder.decode(plain, decoded, sotto::wiping_pool());
      std::copy_n(decoded.begin(), used, values + e * used);
      sotto::wipe(decoded.data(), decoded.size() * sizeof(double));
    }
  });
}
