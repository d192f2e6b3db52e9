#include "sotto/ring.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include <seal/seal.h>
#include <seal/util/ntt.h>
#include <seal/util/polyarithsmallmod.h>

#include "ground/guard.h"
#include "random/sampler.h"
#include "ground/secure_memory.h"
#include "ring/coefficients.h"
#include "ring/transform.h"

using seal::util::NTTTables;

struct sotto_ring {
  explicit sotto_ring(const seal::EncryptionParameters& parameters)
      : context(parameters, false, seal::sec_level_type::none) {
    if (!context.parameters_set()) {
      throw std::invalid_argument(std::string("SEAL refuses the ring: ") + context.parameter_error_message());
    }
    parms = &context.key_context_data()->parms();
    tables = context.key_context_data()->small_ntt_tables();
    degree = parms->poly_modulus_degree();
    modulus = &parms->coeff_modulus()[0];
    std::vector<uint64_t> roots(degree, 1);
    for (std::size_t i = 1; i < degree; i++) roots[i] = tables->get_from_root_powers(i).operand;
    transform = std::make_unique<sotto::Transform>(degree, modulus->value(), roots);
  }

  seal::SEALContext context;
  const seal::EncryptionParameters* parms;
  const NTTTables* tables;
  std::size_t degree;
  const seal::Modulus* modulus;
  std::unique_ptr<sotto::Transform> transform;
};

namespace {

using sotto::coefficients::all_below;
using sotto::guarded;
using sotto::require;
using sotto::SecretArray;
using sotto::Sampler;

// What a polynomial drawn from a seed is for. The same seed and index give unrelated polynomials for
// different purposes, so a public key's a never equals a ciphertext's c1.
enum class Purpose : uint32_t {
  secret_key = 1,
  public_key_a = 2,
  public_key_noise = 3,
  ciphertext_c1 = 4,
  ciphertext_noise = 5,
  zero_ternary = 6,
  zero_noise = 9,
};

constexpr uint32_t number(Purpose purpose) { return static_cast<uint32_t>(purpose); }

Sampler sampler(const sotto_ring& ring, const uint8_t* seed) {
  return Sampler(seed, ring.modulus->value(), ring.degree);
}

void to_ntt(const sotto_ring& ring, uint64_t* poly) {
  if (sotto::Transform::usable(ring.modulus->value())) {
    ring.transform->forward(poly);
  } else {
    seal::util::ntt_negacyclic_harvey(poly, *ring.tables);
  }
}

void from_ntt(const sotto_ring& ring, uint64_t* poly) {
  if (sotto::Transform::usable(ring.modulus->value())) {
    ring.transform->inverse(poly);
  } else {
    seal::util::inverse_ntt_negacyclic_harvey(poly, *ring.tables);
  }
}

void multiply(const sotto_ring& ring, const uint64_t* a, const uint64_t* b, uint64_t* out) {
  if (sotto::Transform::usable(ring.modulus->value())) {
    ring.transform->multiply(a, b, out);
  } else {
    seal::util::dyadic_product_coeffmod(a, b, ring.degree, *ring.modulus, out);
  }
}

void add(const sotto_ring& ring, const uint64_t* a, const uint64_t* b, uint64_t* out) {
  sotto::coefficients::add(a, b, ring.degree, ring.modulus->value(), out);
}

void subtract(const sotto_ring& ring, const uint64_t* a, const uint64_t* b, uint64_t* out) {
  sotto::coefficients::subtract(a, b, ring.degree, ring.modulus->value(), out);
}

void copy(const sotto_ring& ring, const uint64_t* from, uint64_t* to) {
  std::copy_n(from, ring.degree, to);
}

std::size_t checked_count(int32_t count) {
  require(count >= 0, "a negative number of polynomials");
  return static_cast<std::size_t>(count);
}

uint64_t checked_index(int64_t index) {
  require(index >= 0, "a negative index");
  return static_cast<uint64_t>(index);
}

}  // namespace

sotto_ring* sotto_ring_create(int32_t log_degree, int32_t modulus_bits) {
  return sotto::guarded_new([&] {
    require(log_degree >= 10 && log_degree <= 13, "the ring degree is not between 2^10 and 2^13");
    require(modulus_bits >= 20 && modulus_bits <= 60, "the modulus has not between 20 and 60 bits");
    std::size_t degree = std::size_t{1} << log_degree;
    seal::EncryptionParameters parameters(seal::scheme_type::ckks);
    parameters.set_poly_modulus_degree(degree);
    parameters.set_coeff_modulus(seal::CoeffModulus::Create(degree, {modulus_bits}));
    return new sotto_ring(parameters);
  });
}

void sotto_ring_free(sotto_ring* ring) { delete ring; }

uint64_t sotto_ring_modulus(const sotto_ring* ring) { return ring->modulus->value(); }

int sotto_ring_secret_key(const sotto_ring* ring, const uint8_t* seed, uint64_t* s_ntt) {
  return guarded([&] {
    sampler(*ring, seed).ternary(number(Purpose::secret_key), 0, s_ntt);
    to_ntt(*ring, s_ntt);
  });
}

int sotto_ring_public_key(const sotto_ring* ring, const uint64_t* s_ntt, const uint8_t* public_seed,
                          const uint8_t* secret_seed, uint64_t* b_ntt) {
  return guarded([&] {
    SecretArray<uint64_t> product(ring->degree);
    sampler(*ring, public_seed).uniform(number(Purpose::public_key_a), 0, product.get());
    multiply(*ring, product.get(), s_ntt, product.get());
    SecretArray<uint64_t> noise(ring->degree);
    sampler(*ring, secret_seed).noise(number(Purpose::public_key_noise), 0, noise.get());
    to_ntt(*ring, noise.get());
    subtract(*ring, noise.get(), product.get(), b_ntt);
  });
}

int sotto_ring_public_key_a(const sotto_ring* ring, const uint8_t* public_seed, uint64_t* a_ntt) {
  return guarded(
      [&] { sampler(*ring, public_seed).uniform(number(Purpose::public_key_a), 0, a_ntt); });
}

int sotto_ring_encrypt(const sotto_ring* ring, const uint64_t* s_ntt, const uint64_t* messages_coef,
                       int32_t count, const uint8_t* public_seed, const uint8_t* secret_seed,
                       int64_t first_index, uint64_t* c0_coef) {
  return guarded([&] {
    const std::size_t degree = ring->degree;
    const std::size_t polys = checked_count(count);
    const uint64_t first = checked_index(first_index);
    require(all_below(messages_coef, polys * degree, ring->modulus->value()),
            "a message has a coefficient that is not below the ring's modulus");
    SecretArray<uint64_t> product(degree);
    SecretArray<uint64_t> noise(degree);
    const Sampler c1 = sampler(*ring, public_seed);
    const Sampler errors = sampler(*ring, secret_seed);
    for (std::size_t i = 0; i < polys; i++) {
      c1.uniform(number(Purpose::ciphertext_c1), first + i, product.get());
      multiply(*ring, product.get(), s_ntt, product.get());
      from_ntt(*ring, product.get());
      errors.noise(number(Purpose::ciphertext_noise), first + i, noise.get());
      subtract(*ring, noise.get(), product.get(), product.get());
      add(*ring, product.get(), messages_coef + i * degree, c0_coef + i * degree);
    }
  });
}

int sotto_ring_expand(const sotto_ring* ring, const uint8_t* public_seed, int64_t first_index,
                      int32_t count, uint64_t* c1_ntt) {
  return guarded([&] {
    const std::size_t polys = checked_count(count);
    const uint64_t first = checked_index(first_index);
    const Sampler c1 = sampler(*ring, public_seed);
    for (std::size_t i = 0; i < polys; i++) {
      c1.uniform(number(Purpose::ciphertext_c1), first + i, c1_ntt + i * ring->degree);
    }
  });
}

int sotto_ring_rerandomise(const sotto_ring* ring, const uint64_t* a_ntt, const uint64_t* b_ntt,
                           const uint8_t* secret_seed, int64_t first_index, int32_t count,
                           uint64_t* c0_coef, uint64_t* c1_ntt_to_coef) {
  return guarded([&] {
    const std::size_t degree = ring->degree;
    const std::size_t polys = checked_count(count);
    const uint64_t first = checked_index(first_index);
    SecretArray<uint64_t> u(degree);
    SecretArray<uint64_t> term(degree);
    SecretArray<uint64_t> noise(degree);
    const Sampler fresh = sampler(*ring, secret_seed);
    for (std::size_t i = 0; i < polys; i++) {
      uint64_t* c0 = c0_coef + i * degree;
      uint64_t* c1 = c1_ntt_to_coef + i * degree;
      fresh.ternary(number(Purpose::zero_ternary), first + i, u.get());
      to_ntt(*ring, u.get());

      multiply(*ring, b_ntt, u.get(), term.get());
      from_ntt(*ring, term.get());
      add(*ring, c0, term.get(), c0);

      multiply(*ring, a_ntt, u.get(), term.get());
      add(*ring, c1, term.get(), c1);
      from_ntt(*ring, c1);
      fresh.noise(number(Purpose::zero_noise), first + i, noise.get());
      add(*ring, c1, noise.get(), c1);
    }
  });
}

int sotto_ring_decrypt(const sotto_ring* ring, const uint64_t* s_ntt, const uint64_t* c0_coef,
                       const uint64_t* c1_ntt, int32_t count, uint64_t* out_coef) {
  return guarded([&] {
    const std::size_t degree = ring->degree;
    const std::size_t polys = checked_count(count);
    for (std::size_t i = 0; i < polys; i++) {
      uint64_t* out = out_coef + i * degree;
      multiply(*ring, c1_ntt + i * degree, s_ntt, out);
      from_ntt(*ring, out);
      add(*ring, out, c0_coef + i * degree, out);
    }
  });
}

int sotto_ring_decrypt_short(const sotto_ring* ring, const uint64_t* s_ntt, const uint64_t* c1,
                             int32_t k, int32_t count, uint64_t* out) {
  return guarded([&] {
    const std::size_t degree = ring->degree;
    const uint64_t q = ring->modulus->value();
    const std::size_t polys = checked_count(count);
    require(k >= 1 && k < 62 && (static_cast<unsigned __int128>(degree) << k) < q,
            "k is too large for an exact product: N*2^(k-1) has to be below q/2");
    require(all_below(c1, polys * degree, uint64_t{1} << k), "c1 has a value of more than k bits");
    SecretArray<uint64_t> work(degree);
    uint64_t* product = work.get();
    for (std::size_t i = 0; i < polys; i++) {
      sotto::coefficients::from_signed(c1 + i * degree, degree, k, q, product);
      to_ntt(*ring, product);
      multiply(*ring, product, s_ntt, product);
      from_ntt(*ring, product);
      sotto::coefficients::to_signed(product, degree, k, q, out + i * degree);
    }
  });
}

int sotto_ring_to_ntt(const sotto_ring* ring, uint64_t* polys, int32_t count) {
  return guarded([&] {
    const std::size_t rows = checked_count(count);
    for (std::size_t i = 0; i < rows; i++) to_ntt(*ring, polys + i * ring->degree);
  });
}

int sotto_ring_from_ntt(const sotto_ring* ring, uint64_t* polys, int32_t count) {
  return guarded([&] {
    const std::size_t rows = checked_count(count);
    for (std::size_t i = 0; i < rows; i++) from_ntt(*ring, polys + i * ring->degree);
  });
}

int sotto_ring_weights(const sotto_ring* ring, const int32_t* coefficients, int32_t count, uint64_t* ntt) {
  return guarded([&] {
    const std::size_t polys = checked_count(count);
    for (std::size_t i = 0; i < polys; i++) {
      uint64_t* poly = ntt + i * ring->degree;
      require(sotto::coefficients::from_weights(coefficients + i * ring->degree, ring->degree,
                                                ring->modulus->value(), poly),
              "a weight of more than 20 bits and a sign");
      to_ntt(*ring, poly);
    }
  });
}

int sotto_ring_seal_decrypt(const sotto_ring* ring, const uint64_t* s_ntt, const uint64_t* c0_coef,
                            const uint64_t* c1_ntt, uint64_t* out_coef) {
  return guarded([&] {
    const seal::parms_id_type& id = ring->context.key_parms_id();
    seal::SecretKey key;
    key.data().resize(ring->degree);
    copy(*ring, s_ntt, key.data().data());
    key.parms_id() = id;

    seal::Ciphertext ciphertext;
    ciphertext.resize(ring->context, id, 2);
    ciphertext.is_ntt_form() = true;
    ciphertext.scale() = 1.0;
    copy(*ring, c0_coef, ciphertext.data(0));
    to_ntt(*ring, ciphertext.data(0));
    copy(*ring, c1_ntt, ciphertext.data(1));

    seal::Plaintext plain;
    seal::Decryptor(ring->context, key).decrypt(ciphertext, plain);
    copy(*ring, plain.data(), out_coef);
    from_ntt(*ring, out_coef);
  });
}
