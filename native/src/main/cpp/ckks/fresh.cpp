#include "ckks/fresh.h"

#include <seal/util/polyarithsmallmod.h>

namespace sotto {

void zero_sample(const Chain& chain, const sotto_ckks_secret_key* key, std::size_t prime, const Draw& a,
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

void fresh_zero(const Chain& chain, const sotto_ckks_secret_key* key, std::size_t prime,
                       const sotto_slots_upload& upload, std::size_t element, uint64_t* out) {
  const uint64_t index = static_cast<uint64_t>(upload.first_index) + element;
  zero_sample(chain, key, prime, {upload.public_seed, Purpose::ciphertext_c1, chain.index_of(index, prime)},
              {upload.secret_seed, Purpose::ciphertext_noise, index}, out);
}

std::size_t checked_count(const sotto_slots_upload& upload) {
  require(upload.count >= 0 && upload.first_index >= 0, "a negative number of ciphertexts");
  return static_cast<std::size_t>(upload.count);
}

ZeroEncryption::ZeroEncryption(const Chain& chain, const sotto_slots_encryptor& key, const uint8_t* secret_seed)
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

void ZeroEncryption::add(std::size_t prime, uint64_t element, uint64_t* c0, uint64_t* c1) {
  const Sampler fresh = chain_.sampler(secret_seed_, prime);
  fresh.ternary(number(Purpose::zero_ternary), element, u_.get());
  chain_.to_ntt(prime, u_.get());
  const std::size_t at = prime * chain_.degree;
  add(prime, fresh, {secret_seed_, Purpose::zero_noise_c0, element}, b_ + at, c0);
  add(prime, fresh, {secret_seed_, Purpose::zero_noise_c1, element}, a_.data() + at, c1);
}

void ZeroEncryption::add(std::size_t prime, const Sampler& fresh, const Draw& noise, const uint64_t* key,
                         uint64_t* c) {
  const seal::Modulus& q = chain_.modulus(prime);
  fresh.noise(number(noise.purpose), noise.index, scratch_.get());
  chain_.to_ntt(prime, scratch_.get());
  seal::util::add_poly_coeffmod(c, scratch_.get(), chain_.degree, q, c);
  seal::util::dyadic_product_coeffmod(key, u_.get(), chain_.degree, q, scratch_.get());
  seal::util::add_poly_coeffmod(c, scratch_.get(), chain_.degree, q, c);
}

}  // namespace sotto
