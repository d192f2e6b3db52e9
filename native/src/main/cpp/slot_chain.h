#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <seal/util/ntt.h>
#include <seal/util/polyarithsmallmod.h>

#include "ckks_objects.h"
#include "guard.h"
#include "sampler.h"
#include "secure_memory.h"
#include "sotto/slots.h"

// What the functions on rows of CKKS ciphertexts have in common.

namespace sotto {

// What a polynomial drawn from a seed is for; the one-prime rings have 1 to 9.
enum class Purpose : uint32_t {
  ciphertext_c1 = 10,
  ciphertext_noise = 11,
  public_key_a = 12,
  public_key_noise = 13,
  relin_a = 14,
  relin_noise = 15,
  zero_ternary = 16,
  zero_noise_c0 = 17,
  zero_noise_c1 = 18,
  flood = 19,
  upload_rounding = 20,
  share_rounding = 21,
  mask_high = 22,
  mask_low = 23,
};

constexpr uint32_t number(Purpose purpose) { return static_cast<uint32_t>(purpose); }

// A level's primes and their tables. Those of all levels are the first of the key's.
class Chain {
 public:
  Chain(const sotto_ckks* context, int32_t level)
      : context_(context), key_(*context->context.key_context_data()) {
    auto data = context->context.first_context_data();
    while (data && data->chain_index() != static_cast<std::size_t>(level)) {
      data = data->next_context_data();
    }
    require(level >= 0 && data != nullptr, "there is no such level in the modulus chain");
    id = data->parms_id();
    primes = static_cast<std::size_t>(level) + 1;
    degree = key_.parms().poly_modulus_degree();
  }

  const seal::Modulus& modulus(std::size_t prime) const {
    return key_.parms().coeff_modulus()[prime];
  }
  std::size_t all_primes() const { return key_.parms().coeff_modulus().size(); }
  Sampler sampler(const uint8_t* seed, std::size_t prime) const {
    return Sampler(seed, modulus(prime).value(), degree);
  }
  void to_ntt(std::size_t prime, uint64_t* poly) const {
    seal::util::ntt_negacyclic_harvey(poly, key_.small_ntt_tables()[prime]);
  }
  void from_ntt(std::size_t prime, uint64_t* poly) const {
    seal::util::inverse_ntt_negacyclic_harvey(poly, key_.small_ntt_tables()[prime]);
  }
  // The element's row in a block of so many.
  std::size_t row(std::size_t prime, std::size_t part, std::size_t elements, std::size_t element,
                  std::size_t parts = 2) const {
    return ((prime * parts + part) * elements + element) * degree;
  }

  seal::Ciphertext load(const uint64_t* rows, std::size_t elements, std::size_t element,
                        double scale, std::size_t parts = 2) const {
    seal::Ciphertext ciphertext;
    ciphertext.resize(context_->context, id, parts);
    ciphertext.is_ntt_form() = true;
    ciphertext.scale() = scale;
    for (std::size_t part = 0; part < parts; part++) {
      for (std::size_t prime = 0; prime < primes; prime++) {
        std::copy_n(rows + row(prime, part, elements, element, parts), degree,
                    ciphertext.data(part) + prime * degree);
      }
    }
    return ciphertext;
  }

  void store(const seal::Ciphertext& ciphertext, uint64_t* rows, std::size_t elements,
             std::size_t element) const {
    const std::size_t parts = ciphertext.size();
    require(ciphertext.parms_id() == id, "a result of another level");
    for (std::size_t part = 0; part < parts; part++) {
      for (std::size_t prime = 0; prime < primes; prime++) {
        std::copy_n(ciphertext.data(part) + prime * degree, degree,
                    rows + row(prime, part, elements, element, parts));
      }
    }
  }

  // A constant polynomial is the same constant everywhere in NTT form.
  void add_constant(int64_t constant, std::size_t prime, uint64_t* poly) const {
    const auto q = static_cast<int64_t>(modulus(prime).value());
    const int64_t rest = constant % q;
    const auto residue = static_cast<uint64_t>(rest < 0 ? rest + q : rest);
    seal::util::add_poly_scalar_coeffmod(poly, degree, residue, modulus(prime), poly);
  }

  seal::parms_id_type id;
  std::size_t primes;
  std::size_t degree;

 private:
  const sotto_ckks* context_;
  const seal::SEALContext::ContextData& key_;
};

// Which elements a call works on, of count.
struct Span {
  explicit Span(const sotto_slots_range& range) {
    require(0 <= range.from && range.from <= range.to && range.to <= range.elements, "a range outside the elements");
    from = static_cast<std::size_t>(range.from);
    to = static_cast<std::size_t>(range.to);
    count = static_cast<std::size_t>(range.elements);
  }
  std::size_t from;
  std::size_t to;
  std::size_t count;
};

// A polynomial of a seed's stream.
struct Draw {
  const uint8_t* seed;
  Purpose purpose;
  uint64_t index;
};

// out = noise - a * s modulo a prime, in NTT form.
inline void zero_sample(const Chain& chain, const sotto_ckks_secret_key* key, std::size_t prime, const Draw& a,
                        const Draw& noise, uint64_t* out) {
  SecretArray<uint64_t> product(chain.degree);
  chain.sampler(a.seed, prime).uniform(number(a.purpose), a.index, product.get());
  const uint64_t* s = key->value.data().data() + prime * chain.degree;
  const seal::Modulus& q = chain.modulus(prime);
  seal::util::dyadic_product_coeffmod(product.get(), s, chain.degree, q, product.get());
  chain.sampler(noise.seed, prime).noise(number(noise.purpose), noise.index, out);
  chain.to_ntt(prime, out);
  seal::util::sub_poly_coeffmod(out, product.get(), chain.degree, q, out);
}

// Streams of different primes must not be the same bytes cut to different lengths.
inline uint64_t index_of(const Chain& chain, uint64_t element, std::size_t prime) {
  return element * chain.all_primes() + prime;
}

inline std::size_t checked_images(const sotto_ckks* context, int32_t images, double scale) {
  require(images >= 0 && static_cast<std::size_t>(images) <= context->encoder.slot_count(),
          "more values than slots");
  require(std::isfinite(scale) && scale > 0, "a scale is a positive number");
  return static_cast<std::size_t>(images);
}

// Modulo a prime, the first part of an upload's element whose message is zero.
inline void fresh_zero(const Chain& chain, const sotto_ckks_secret_key* key, std::size_t prime,
                       const sotto_slots_upload& upload, std::size_t element, uint64_t* out) {
  const uint64_t index = static_cast<uint64_t>(upload.first_index) + element;
  zero_sample(chain, key, prime, {upload.public_seed, Purpose::ciphertext_c1, index_of(chain, index, prime)},
              {upload.secret_seed, Purpose::ciphertext_noise, index}, out);
}

inline std::size_t checked_count(const sotto_slots_upload& upload) {
  require(upload.count >= 0 && upload.first_index >= 0, "a negative number of ciphertexts");
  return static_cast<std::size_t>(upload.count);
}

// Fresh encryptions of zero under a client's public key.
class ZeroEncryption {
 public:
  ZeroEncryption(const Chain& chain, const sotto_slots_encryptor& key, const uint8_t* secret_seed)
      : chain_(chain),
        b_(key.b),
        secret_seed_(secret_seed),
        a_(chain.primes * chain.degree),
        u_(chain.degree),
        scratch_(chain.degree) {
    for (std::size_t prime = 0; prime < chain.primes; prime++) {
      chain.sampler(key.public_seed, prime)
          .uniform(number(Purpose::public_key_a), prime, a_.data() + prime * chain.degree);
    }
  }

  // Adds the element's one to both parts modulo a prime.
  void add(std::size_t prime, uint64_t element, uint64_t* c0, uint64_t* c1) {
    const Sampler fresh = chain_.sampler(secret_seed_, prime);
    fresh.ternary(number(Purpose::zero_ternary), element, u_.get());
    chain_.to_ntt(prime, u_.get());
    add(prime, fresh, Purpose::zero_noise_c0, element, b_ + prime * chain_.degree, c0);
    add(prime, fresh, Purpose::zero_noise_c1, element, a_.data() + prime * chain_.degree, c1);
  }

 private:
  void add(std::size_t prime, const Sampler& fresh, Purpose noise, uint64_t element,
           const uint64_t* key, uint64_t* c) {
    const seal::Modulus& q = chain_.modulus(prime);
    fresh.noise(number(noise), element, scratch_.get());
    chain_.to_ntt(prime, scratch_.get());
    seal::util::add_poly_coeffmod(c, scratch_.get(), chain_.degree, q, c);
    seal::util::dyadic_product_coeffmod(key, u_.get(), chain_.degree, q, scratch_.get());
    seal::util::add_poly_coeffmod(c, scratch_.get(), chain_.degree, q, c);
  }

  const Chain& chain_;
  const uint64_t* b_;
  const uint8_t* secret_seed_;
  std::vector<uint64_t> a_;
  SecretArray<uint64_t> u_;
  SecretArray<uint64_t> scratch_;
};

}  // namespace sotto
