#pragma once

#include <cmath>
#include <cstdint>

#include "ckks/embedding.h"
#include "numbers/modular.h"

// Integers of up to 102 bits and the doubles of a lane of Embedding.

namespace sotto {

constexpr int kLowBits = 50;

// Wide integers are high * 2^kLowBits + low, with |high| below 2^52.
struct Wide {
  int64_t high;
  int64_t low;
};

inline void split(double* at, double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  at[0] = sum;
  at[Embedding::kLanes] = (a - (sum - part)) + (b - part);
}

// The real or imaginary part of a number in a lane.
inline void put(double* at, const Wide& x) {
  split(at, std::ldexp(static_cast<double>(x.high), kLowBits), static_cast<double>(x.low));
}

// |x| below 2^62
inline void put(double* at, int64_t x) {
  const double high = static_cast<double>(x);
  at[0] = high;
  at[Embedding::kLanes] = static_cast<double>(x - static_cast<int64_t>(high));
}

// high + low plus a number in [0, 1) rounded down.
inline Wide rounded(double high, double low, double dither) {
  const double whole = std::floor(high);
  const double rest = std::floor((high - whole) + low + dither);
  const double upper = std::floor(whole * 0x1p-50);
  const double lower = whole - upper * 0x1p50;
  return {static_cast<int64_t>(upper), static_cast<int64_t>(lower) + static_cast<int64_t>(rest)};
}

// (high + low) rounded to the nearest integer modulo 2^bits, for less than 2^100.
inline int64_t residue(double high, double low, int bits) {
  const double turns = std::ldexp(1.0, -bits);
  high *= turns;
  low *= turns;
  const double part = (high - std::rint(high)) + (low - std::rint(low));
  const auto value = static_cast<int64_t>(std::rint(std::ldexp(part, bits)));
  return value & static_cast<int64_t>(low_bits(bits));
}

}  // namespace sotto
