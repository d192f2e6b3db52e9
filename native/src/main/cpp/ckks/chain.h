#pragma once

#include <cstddef>
#include <cstdint>

#include <seal/seal.h>

#include "ckks/ckks_objects.h"
#include "ground/guard.h"
#include "random/sampler.h"
#include "sotto/slots.h"

namespace sotto {

// A level's primes and their tables. Those of all levels are the first of the key's.
class Chain {
 public:
  Chain(const sotto_ckks* context, int32_t level);

  const seal::Modulus& modulus(std::size_t prime) const { return key_.parms().coeff_modulus()[prime]; }
  std::size_t all_primes() const { return key_.parms().coeff_modulus().size(); }
  Sampler sampler(const uint8_t* seed, std::size_t prime) const {
    return Sampler(seed, modulus(prime).value(), degree);
  }
  // Of the uniform polynomial of an element: streams of different primes must not be the same bytes cut to
  // different lengths.
  uint64_t index_of(uint64_t element, std::size_t prime) const { return element * all_primes() + prime; }
  void to_ntt(std::size_t prime, uint64_t* poly) const;
  void from_ntt(std::size_t prime, uint64_t* poly) const;

  // The element's row in a block of so many.
  std::size_t row(std::size_t prime, std::size_t part, std::size_t elements, std::size_t element,
                  std::size_t parts = 2) const {
    return ((prime * parts + part) * elements + element) * degree;
  }

  // An element of a block as SEAL has it, and back.
  seal::Ciphertext load(const uint64_t* rows, std::size_t elements, std::size_t element, double scale,
                        std::size_t parts = 2) const;
  void store(const seal::Ciphertext& ciphertext, uint64_t* rows, std::size_t elements, std::size_t element) const;

  // A constant polynomial is the same constant everywhere in NTT form.
  void add_constant(int64_t constant, std::size_t prime, uint64_t* poly) const;

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

// How many images have a value in each ciphertext.
std::size_t checked_images(const sotto_ckks* context, int32_t images, double scale);

}  // namespace sotto
