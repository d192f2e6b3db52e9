#pragma once

#include <immintrin.h>

#include <cstdint>

#include "numbers/modular.h"

// Sums of products of residues to residues on AVX-512, for moduli of 20 to 52 bits.

namespace sotto::ifma {

#define SOTTO_TARGET __attribute__((target("avx512f,avx512dq,avx512ifma")))
#define SOTTO_INLINE SOTTO_TARGET __attribute__((always_inline)) inline

SOTTO_INLINE __m512i broadcast(std::uint64_t x) { return _mm512_set1_epi64(static_cast<std::int64_t>(x)); }

// Without masks, these expand to an uninitialised pass-through operand that GCC 12 warns about.
SOTTO_INLINE __m512i down(__m512i x, __m512i bits) { return _mm512_maskz_srlv_epi64(0xff, x, bits); }
SOTTO_INLINE __m512i up(__m512i x, __m512i bits) { return _mm512_maskz_sllv_epi64(0xff, x, bits); }
SOTTO_INLINE __m512i lesser(__m512i a, __m512i b) { return _mm512_maskz_min_epu64(0xff, a, b); }

// Below 2*bound to below bound: what was below wraps to a greater number.
SOTTO_INLINE __m512i reduce_once(__m512i x, __m512i bound) { return lesser(x, _mm512_sub_epi64(x, bound)); }

struct ReductionConstants {
  explicit ReductionConstants(std::uint64_t modulus)
      : q(modulus),
        bits(64 - __builtin_clzll(q)),
        fold(static_cast<std::uint64_t>((uint128{1} << (bits + 50)) % q)),
        ratio(static_cast<std::uint64_t>((uint128{1} << (bits + 51)) / q)) {}

  std::uint64_t q;
  int bits;
  std::uint64_t fold;
  std::uint64_t ratio;
};

// V = low + 2^52 high to its residue, V being a sum of up to 2^11 products. With b the length of q: what
// is above 2^(b + 50), less than 2^(b - 39) times that, is folded, which leaves V below 2^(b + 51). Then
// comes Barrett's reduction: the estimate of floor(V / q) by what is above 2^(b - 1) is at most two short.
struct Reduction {
  SOTTO_INLINE explicit Reduction(const ReductionConstants& constants)
      : q(broadcast(constants.q)),
        fold(broadcast(constants.fold)),
        ratio(broadcast(constants.ratio)),
        fold_bits(broadcast(static_cast<std::uint64_t>(constants.bits - 2))),
        kept(broadcast((std::uint64_t{1} << (constants.bits - 2)) - 1)),
        top_down(broadcast(static_cast<std::uint64_t>(constants.bits - 1))),
        top_up(broadcast(static_cast<std::uint64_t>(53 - constants.bits))) {}

  SOTTO_INLINE __m512i reduce(__m512i low, __m512i high) const {
    const __m512i above = down(high, fold_bits);
    low = _mm512_madd52lo_epu64(low, above, fold);
    high = _mm512_madd52hi_epu64(_mm512_and_si512(high, kept), above, fold);
    const __m512i top = _mm512_add_epi64(down(low, top_down), up(high, top_up));
    const __m512i k = _mm512_madd52hi_epu64(_mm512_setzero_si512(), top, ratio);
    const __m512i whole = _mm512_add_epi64(low, up(high, broadcast(52)));  // modulo 2^64
    const __m512i rest = _mm512_sub_epi64(whole, _mm512_mullo_epi64(k, q));
    return reduce_once(reduce_once(rest, q), q);
  }

  __m512i q, fold, ratio, fold_bits, kept, top_down, top_up;
};

#undef SOTTO_INLINE
#undef SOTTO_TARGET

}  // namespace sotto::ifma
