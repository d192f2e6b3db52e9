#pragma once

#include <immintrin.h>

#include <cstdint>

#include "numbers/modular.h"

// Eight numbers at once by AVX-512's multiplications of 52 bits, for moduli below 2^52. Each function tells
// how many of the numbers it did; fewer than eight are left.

namespace sotto::fixed_ifma {

#define SOTTO_TARGET __attribute__((target("avx512f,avx512dq,avx512ifma")))
#define SOTTO_INLINE SOTTO_TARGET __attribute__((always_inline)) inline

constexpr int kBits = 52;

SOTTO_INLINE __m512i broadcast(std::uint64_t x) { return _mm512_set1_epi64(static_cast<std::int64_t>(x)); }

// Without masks, shifts and minima expand to an uninitialised operand that GCC 12 warns about.
SOTTO_INLINE __m512i up(__m512i x, __m512i bits) { return _mm512_maskz_sllv_epi64(0xff, x, bits); }
SOTTO_INLINE __m512i down(__m512i x, __m512i bits) { return _mm512_maskz_srlv_epi64(0xff, x, bits); }

// For up to 52 bits.
SOTTO_TARGET inline std::int64_t to_ring(const std::uint64_t* values, std::int64_t count, int bits,
                                         std::uint64_t q, std::uint64_t* out) {
  const __m512i modulus = broadcast(q);
  const __m512i mask = broadcast(low_bits(bits));
  const __m512i half = broadcast(std::uint64_t{1} << (bits - 1));
  const __m512i low_down = broadcast(static_cast<std::uint64_t>(bits));
  const __m512i high_up = broadcast(static_cast<std::uint64_t>(kBits - bits));
  std::int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m512i v = _mm512_and_si512(_mm512_loadu_si512(values + i), mask);
    const __m512i low = _mm512_madd52lo_epu64(half, v, modulus);
    const __m512i high = _mm512_madd52hi_epu64(_mm512_setzero_si512(), v, modulus);
    // Rounding up can give q itself.
    const __m512i rounded = _mm512_add_epi64(up(high, high_up), down(low, low_down));
    _mm512_storeu_si512(out + i, _mm512_maskz_min_epu64(0xff, rounded, _mm512_sub_epi64(rounded, modulus)));
  }
  return i;
}

// For 2^bits below q. With R = floor(2^(52+bits) / q), x*R/2^52 falls short of x*2^bits/q by less than 1; add
// the floor and the rounding: the estimate is at most two short, and the remainder below 3q.
SOTTO_TARGET inline std::int64_t from_ring(const std::uint64_t* residues, std::int64_t count, std::uint64_t q,
                                           int bits, std::uint64_t* out) {
  const __m512i modulus = broadcast(q);
  const __m512i twice = broadcast(2 * q);
  const __m512i half = broadcast(q >> 1);
  const __m512i ratio = broadcast(static_cast<std::uint64_t>((uint128{1} << (kBits + bits)) / q));
  const __m512i mask = broadcast(low_bits(bits));
  const __m512i one = broadcast(1);
  const __m512i scale = broadcast(static_cast<std::uint64_t>(bits));
  std::int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m512i x = _mm512_loadu_si512(residues + i);
    __m512i estimate = _mm512_madd52hi_epu64(_mm512_setzero_si512(), x, ratio);
    const __m512i scaled = _mm512_add_epi64(up(x, scale), half);  // modulo 2^64
    const __m512i remainder = _mm512_sub_epi64(scaled, _mm512_mullo_epi64(estimate, modulus));
    estimate = _mm512_mask_add_epi64(estimate, _mm512_cmpge_epu64_mask(remainder, modulus), estimate, one);
    estimate = _mm512_mask_add_epi64(estimate, _mm512_cmpge_epu64_mask(remainder, twice), estimate, one);
    _mm512_storeu_si512(out + i, _mm512_and_si512(estimate, mask));
  }
  return i;
}

#undef SOTTO_INLINE
#undef SOTTO_TARGET

}  // namespace sotto::fixed_ifma
