#ifndef SOTTO_CURVE_FIELD_H
#define SOTTO_CURVE_FIELD_H

#include <cstdint>

// The field of P-256, of p = 2^256 - 2^224 + 2^192 + 2^96 - 1 elements, in Montgomery form: x stands for
// x / 2^256. No branch and no address depends on a value.
namespace sotto::curve {

using Wide = unsigned __int128;

struct Element {
  uint64_t limbs[4];  // lowest first, below p
};

constexpr uint64_t kPrime[4] = {0xffffffffffffffff, 0x00000000ffffffff, 0, 0xffffffff00000001};
constexpr Element kZero = {{0, 0, 0, 0}};
constexpr Element kOne = {{1, 0xffffffff00000000, 0xffffffffffffffff, 0x00000000fffffffe}};
constexpr Element kSquareOfRadix = {{3, 0xfffffffbffffffff, 0xfffffffffffffffe, 0x00000004fffffffd}};

// a where the mask is 0, b where it is all ones.
inline Element select(const Element& a, const Element& b, uint64_t mask) {
  Element r;
  for (int i = 0; i < 4; i++) r.limbs[i] = a.limbs[i] ^ ((a.limbs[i] ^ b.limbs[i]) & mask);
  return r;
}

// All ones if the five limbs (the last one 0 or 1) are p or more; the rest below 2^256 is what is left.
inline uint64_t subtract_prime(const uint64_t limbs[4], uint64_t top, Element& rest) {
  uint64_t borrow = 0;
  for (int i = 0; i < 4; i++) {
    Wide difference = static_cast<Wide>(limbs[i]) - kPrime[i] - borrow;
    rest.limbs[i] = static_cast<uint64_t>(difference);
    borrow = static_cast<uint64_t>(difference >> 64) & 1;
  }
  return ~(0 - (borrow & (top ^ 1)));
}

// limbs, the fifth of which is `top`, modulo p; they are below 2p.
inline Element reduced(const uint64_t limbs[4], uint64_t top) {
  Element rest;
  uint64_t mask = subtract_prime(limbs, top, rest);
  return select({{limbs[0], limbs[1], limbs[2], limbs[3]}}, rest, mask);
}

inline Element operator+(const Element& a, const Element& b) {
  uint64_t sum[4];
  uint64_t carry = 0;
  for (int i = 0; i < 4; i++) {
    Wide limb = static_cast<Wide>(a.limbs[i]) + b.limbs[i] + carry;
    sum[i] = static_cast<uint64_t>(limb);
    carry = static_cast<uint64_t>(limb >> 64);
  }
  return reduced(sum, carry);
}

inline Element operator-(const Element& a, const Element& b) {
  Element r;
  uint64_t borrow = 0;
  for (int i = 0; i < 4; i++) {
    Wide limb = static_cast<Wide>(a.limbs[i]) - b.limbs[i] - borrow;
    r.limbs[i] = static_cast<uint64_t>(limb);
    borrow = static_cast<uint64_t>(limb >> 64) & 1;
  }
  uint64_t carry = 0;
  for (int i = 0; i < 4; i++) {
    Wide limb = static_cast<Wide>(r.limbs[i]) + (kPrime[i] & (0 - borrow)) + carry;
    r.limbs[i] = static_cast<uint64_t>(limb);
    carry = static_cast<uint64_t>(limb >> 64);
  }
  return r;
}

// a * b / 2^256. As p = -1 modulo 2^64, what makes the lowest limb t vanish is t * p.
inline Element operator*(const Element& a, const Element& b) {
  uint64_t t[5] = {0, 0, 0, 0, 0};
  for (int i = 0; i < 4; i++) {
    Wide carry = 0;
    for (int j = 0; j < 4; j++) {
      carry += static_cast<Wide>(a.limbs[j]) * b.limbs[i] + t[j];
      t[j] = static_cast<uint64_t>(carry);
      carry >>= 64;
    }
    Wide top = carry + t[4];
    uint64_t m = t[0];
    // t[0] + m (2^64 - 1) = m 2^64, and with m (2^32 - 1) in the next limb m 2^32 in it.
    carry = (static_cast<Wide>(m) << 32) + t[1];
    t[0] = static_cast<uint64_t>(carry);
    carry = (carry >> 64) + t[2];
    t[1] = static_cast<uint64_t>(carry);
    carry = (carry >> 64) + static_cast<Wide>(m) * kPrime[3] + t[3];
    t[2] = static_cast<uint64_t>(carry);
    top += carry >> 64;
    t[3] = static_cast<uint64_t>(top);
    t[4] = static_cast<uint64_t>(top >> 64);
  }
  return reduced(t, t[4]);
}

// a to a power that is public, its highest limb last.
inline Element power(const Element& a, const uint64_t exponent[4]) {
  Element r = kOne;
  for (int bit = 255; bit >= 0; bit--) {
    r = r * r;
    if (exponent[bit / 64] >> (bit % 64) & 1) r = r * a;
  }
  return r;
}

// 1 / a, or 0 for 0.
inline Element inverse(const Element& a) {
  constexpr uint64_t kPrimeLessTwo[4] = {kPrime[0] - 2, kPrime[1], kPrime[2], kPrime[3]};
  return power(a, kPrimeLessTwo);
}

// A root of a, if it has one: a^((p + 1) / 4).
inline Element root(const Element& a) {
  constexpr uint64_t kExponent[4] = {0, 0x0000000040000000, 0x4000000000000000, 0x3fffffffc0000000};
  return power(a, kExponent);
}

inline bool operator==(const Element& a, const Element& b) {
  uint64_t difference = 0;
  for (int i = 0; i < 4; i++) difference |= a.limbs[i] ^ b.limbs[i];
  return difference == 0;
}

// The number that an element stands for, highest byte first.
inline void write(const Element& a, uint8_t* bytes) {
  Element plain = a * Element{{1, 0, 0, 0}};
  for (int i = 0; i < 32; i++) bytes[i] = static_cast<uint8_t>(plain.limbs[3 - i / 8] >> (56 - 8 * (i % 8)));
}

// Whether the bytes are a number below p; sets the element that stands for it.
inline bool read(const uint8_t* bytes, Element& a) {
  uint64_t limbs[4] = {0, 0, 0, 0};
  for (int i = 0; i < 32; i++) limbs[3 - i / 8] = limbs[3 - i / 8] << 8 | bytes[i];
  Element rest;
  bool small = subtract_prime(limbs, 0, rest) == 0;
  a = Element{{limbs[0], limbs[1], limbs[2], limbs[3]}} * kSquareOfRadix;
  return small;
}

}  // namespace sotto::curve

#endif
