#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <seal/util/uintarithsmallmod.h>

#include "ckks/chain.h"
#include "ckks/wide.h"

namespace sotto {

// Signed integers modulo a prime.
class Residues {
 public:
  explicit Residues(const seal::Modulus& q) : q_(q) {
    // A multiple of q above 2^52, which is above the magnitude of all of them.
    shift_ = ((uint64_t{1} << 53) / q.value() + 1) * q.value();
    unit_.set(seal::util::barrett_reduce_64(uint64_t{1} << kLowBits, q), q);
  }

  uint64_t of(const Wide& x) const {
    const uint64_t high = small(x.high);
    return seal::util::add_uint_mod(seal::util::multiply_uint_mod(high, unit_, q_), small(x.low),
                                    q_);
  }

 private:
  uint64_t small(int64_t x) const {
    return seal::util::barrett_reduce_64(static_cast<uint64_t>(x) + shift_, q_);
  }

  const seal::Modulus& q_;
  uint64_t shift_;
  seal::util::MultiplyUIntModOperand unit_;
};

// From residues of all primes to the integer next to zero.
class Composition {
 public:
  explicit Composition(const Chain& chain);

  // Residues are stride apart. Garner's algorithm: digits of a mixed radix.
  Wide of(const uint64_t* residues, std::size_t stride) const;

 private:
  static constexpr std::size_t kMaxPrimes = 8;

  struct Digit {
    std::vector<seal::util::MultiplyUIntModOperand> weights;
    seal::util::MultiplyUIntModOperand inverse;
  };

  const Chain& chain_;
  std::vector<Digit> digits_;
  std::vector<uint128> products_;
  uint128 product_;
};

}  // namespace sotto
