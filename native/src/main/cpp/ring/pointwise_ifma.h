#pragma once

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "numbers/modular.h"
#include "ring/pointwise.h"

// Sums on AVX-512's multiplications of 52 bits: the lower and the upper halves of products are added up
// apart.

namespace sotto::pointwise {

#define SOTTO_TARGET __attribute__((target("avx512f,avx512dq,avx512ifma")))
#define SOTTO_INLINE SOTTO_TARGET __attribute__((always_inline)) inline

class IfmaPath {
 public:
  static constexpr int kModulusBits = 52;

  explicit IfmaPath(std::uint64_t q)
      : q_(q),
        bits_(64 - __builtin_clzll(q)),
        fold_(static_cast<std::uint64_t>((uint128{1} << (bits_ + 50)) % q)),
        ratio_(static_cast<std::uint64_t>((uint128{1} << (bits_ + 51)) / q)) {}

  static void fill(std::uint64_t* panel, const std::uint64_t* from) {
    std::memcpy(panel, from, kColumns * sizeof *panel);
  }

  SOTTO_TARGET void sum(const Block& block) const {
    const Reduction reduction(*this);
    std::int64_t group = 0;
    for (; group + 4 <= block.groups; group += 4) {
      for (std::int64_t column = 0; column < kColumns; column += kLanes) some<4, 1>(block, group, column, reduction);
    }
    for (; group < block.groups; group++) some<1, 4>(block, group, 0, reduction);
  }

 private:
  static constexpr int kLanes = 8;

  // Sums of halves stay below 2^63.
  static constexpr std::int64_t kTerms = (1 << 11) - 1;

  SOTTO_INLINE static __m512i broadcast(std::uint64_t x) { return _mm512_set1_epi64(static_cast<std::int64_t>(x)); }

  // Without masks, these expand to an uninitialised pass-through operand that GCC 12 warns about.
  SOTTO_INLINE static __m512i down(__m512i x, __m512i bits) { return _mm512_maskz_srlv_epi64(0xff, x, bits); }
  SOTTO_INLINE static __m512i up(__m512i x, __m512i bits) { return _mm512_maskz_sllv_epi64(0xff, x, bits); }
  SOTTO_INLINE static __m512i reduce_once(__m512i x, __m512i q) {
    return _mm512_maskz_min_epu64(0xff, x, _mm512_sub_epi64(x, q));
  }

  // V = low + 2^52 high to its residue, V being a sum of up to 2^11 products. With b the length of q: what
  // is above 2^(b + 50), less than 2^(b - 39) times that, is folded, which leaves V below 2^(b + 51). Then
  // comes Barrett's reduction: the estimate of floor(V / q) by what is above 2^(b - 1) is at most two short.
  struct Reduction {
    SOTTO_INLINE explicit Reduction(const IfmaPath& path)
        : q(broadcast(path.q_)),
          fold(broadcast(path.fold_)),
          ratio(broadcast(path.ratio_)),
          fold_bits(broadcast(static_cast<std::uint64_t>(path.bits_ - 2))),
          kept(broadcast((std::uint64_t{1} << (path.bits_ - 2)) - 1)),
          top_down(broadcast(static_cast<std::uint64_t>(path.bits_ - 1))),
          top_up(broadcast(static_cast<std::uint64_t>(53 - path.bits_))) {}

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

  template <int Groups, int Vectors>
  SOTTO_INLINE static void some(const Block& block, std::int64_t group, std::int64_t column,
                                const Reduction& reduction) {
    constexpr int kPolys = Groups * kParts;
    __m512i low[kPolys * Vectors], high[kPolys * Vectors];
    for (__m512i& x : low) x = _mm512_setzero_si512();
    for (std::int64_t first = block.first; first < block.end; first += kTerms) {
      for (__m512i& x : high) x = _mm512_setzero_si512();
      const std::int64_t end = std::min(block.end, first + kTerms);
      for (std::int64_t t = first; t < end; t++) {
        const std::uint64_t* numbers = block.numbers(t, group) + column;
        const std::uint64_t* factors = block.factors(t) + column;
        const std::uint64_t* later = block.later_factors(t) + column;
        for (int v = 0; v < Vectors; v++) {
          _mm_prefetch(later + v * kLanes, _MM_HINT_T0);
          const __m512i factor = _mm512_loadu_si512(factors + v * kLanes);
          for (int i = 0; i < kPolys; i++) {
            const __m512i number = _mm512_loadu_si512(numbers + i * kColumns + v * kLanes);
            const int at = i * Vectors + v;
            low[at] = _mm512_madd52lo_epu64(low[at], number, factor);
            high[at] = _mm512_madd52hi_epu64(high[at], number, factor);
          }
        }
      }
      for (int at = 0; at < kPolys * Vectors; at++) low[at] = reduction.reduce(low[at], high[at]);
    }
    for (int i = 0; i < kPolys; i++) {
      std::uint64_t* out = block.result(group + i / kParts, i % kParts) + column;
      for (int v = 0; v < Vectors; v++) _mm512_storeu_si512(out + v * kLanes, low[i * Vectors + v]);
    }
  }

  std::uint64_t q_;
  int bits_;
  std::uint64_t fold_;
  std::uint64_t ratio_;
};

#undef SOTTO_INLINE
#undef SOTTO_TARGET

}  // namespace sotto::pointwise
