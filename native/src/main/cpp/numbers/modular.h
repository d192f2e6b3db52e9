#pragma once

#include <cstdint>

// Arithmetic modulo one odd prime below 2^60, with no division and no branch on data.

namespace sotto {

using uint128 = unsigned __int128;

// All ones where the value's top bit is set, else zero.
inline std::uint64_t sign_mask(std::uint64_t value) { return 0 - (value >> 63); }

// value in [0, 2q) to [0, q).
inline std::uint64_t reduce_once(std::uint64_t value, std::uint64_t q) {
  std::uint64_t reduced = value - q;
  return reduced + (q & sign_mask(reduced));
}

inline std::uint64_t add_mod(std::uint64_t a, std::uint64_t b, std::uint64_t q) {
  return reduce_once(a + b, q);
}

inline std::uint64_t low_bits(int bits) {
  return bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
}

// Any 64-bit value modulo q. Barrett with the quotient floor(2^64 / q): the estimate of floor(value
// / q) is at most one short.
class Reducer {
 public:
  explicit Reducer(std::uint64_t q)
      : q_(q), ratio_(static_cast<std::uint64_t>((uint128{1} << 64) / q)) {}

  std::uint64_t reduce(std::uint64_t value) const {
    std::uint64_t estimate = static_cast<std::uint64_t>((uint128{value} * ratio_) >> 64);
    return reduce_once(value - estimate * q_, q_);
  }

 private:
  std::uint64_t q_;
  std::uint64_t ratio_;
};

// Multiplication by one constant below q (V. Shoup's trick): the estimate of the quotient is at
// most one short for any 64-bit factor.
class ConstantMultiplier {
 public:
  ConstantMultiplier(std::uint64_t constant, std::uint64_t q)
      : q_(q),
        constant_(constant),
        ratio_(static_cast<std::uint64_t>((uint128{constant} << 64) / q)) {}

  std::uint64_t multiply(std::uint64_t value) const {
    std::uint64_t estimate = static_cast<std::uint64_t>((uint128{value} * ratio_) >> 64);
    return reduce_once(value * constant_ - estimate * q_, q_);
  }

 private:
  std::uint64_t q_;
  std::uint64_t constant_;
  std::uint64_t ratio_;
};

// round(x * 2^bits / q) for x in [0, q), a value in [0, 2^bits]. q is odd, so there are no ties.
class Scaler {
 public:
  Scaler(std::uint64_t q, int bits) : q_(q), bits_(bits) {
    int top = 63 - __builtin_clzll(q);
    shift_ = 64 + top - bits;
    ratio_ = static_cast<std::uint64_t>((uint128{1} << (64 + top)) / q);
  }

  std::uint64_t scale(std::uint64_t x) const {
    // With R = floor(2^(64+top) / q) the product x*R/2^(64+top) falls short of x/q by less than
    // 2^-63, hence by less than 1/2 after the scaling (bits <= 62). Add the floor (less than 1) and
    // the rounding (less than 1/2): the estimate is at most one short.
    std::uint64_t estimate = static_cast<std::uint64_t>((uint128{x} * ratio_) >> shift_);
    // Below 2q < 2^61, so arithmetic modulo 2^64 finds it.
    std::uint64_t remainder = (x << bits_) + (q_ >> 1) - estimate * q_;
    return estimate + (~sign_mask(remainder - q_) & 1);
  }

 private:
  std::uint64_t q_;
  std::uint64_t ratio_;
  int bits_;
  int shift_;
};

}  // namespace sotto
