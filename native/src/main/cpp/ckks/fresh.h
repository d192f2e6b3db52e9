#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ckks/chain.h"
#include "ckks/purpose.h"
#include "ground/secure_memory.h"
#include "sotto/slots.h"

// Fresh encryptions, of zero, under the secret key or the public one.

namespace sotto {

// A polynomial of a seed's stream.
struct Draw {
  const uint8_t* seed;
  Purpose purpose;
  uint64_t index;
};

// out = noise - a * s modulo a prime, in NTT form.
void zero_sample(const Chain& chain, const sotto_ckks_secret_key* key, std::size_t prime, const Draw& a,
                 const Draw& noise, uint64_t* out);

// Modulo a prime, the first part of an upload's element whose message is zero.
void fresh_zero(const Chain& chain, const sotto_ckks_secret_key* key, std::size_t prime,
                const sotto_slots_upload& upload, std::size_t element, uint64_t* out);

// The upload's number of elements.
std::size_t checked_count(const sotto_slots_upload& upload);

// Fresh encryptions of zero under a client's public key.
class ZeroEncryption {
 public:
  ZeroEncryption(const Chain& chain, const sotto_slots_encryptor& key, const uint8_t* secret_seed);

  // Adds the element's one to both parts modulo a prime.
  void add(std::size_t prime, uint64_t element, uint64_t* c0, uint64_t* c1);

 private:
  void add(std::size_t prime, const Sampler& fresh, const Draw& noise, const uint64_t* key, uint64_t* c);

  const Chain& chain_;
  const uint64_t* b_;
  const uint8_t* secret_seed_;
  std::vector<uint64_t> a_;
  SecretArray<uint64_t> u_;
  SecretArray<uint64_t> scratch_;
};

}  // namespace sotto
