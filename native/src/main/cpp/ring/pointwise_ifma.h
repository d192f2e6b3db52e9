#pragma once

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "ring/pointwise.h"
#include "ring/reduction_ifma.h"

// Sums on AVX-512's multiplications of 52 bits: the lower and the upper halves of products are added up
// apart.

namespace sotto::pointwise {

#define SOTTO_TARGET __attribute__((target("avx512f,avx512dq,avx512ifma")))
#define SOTTO_INLINE SOTTO_TARGET __attribute__((always_inline)) inline

class IfmaPath {
 public:
  static constexpr int kModulusBits = 52;

  explicit IfmaPath(std::uint64_t q) : constants_(q) {}

  static void fill(std::uint64_t* panel, const std::uint64_t* from) {
    std::memcpy(panel, from, kColumns * sizeof *panel);
  }

  SOTTO_TARGET void sum(const Block& block) const {
    const ifma::Reduction reduction(constants_);
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

  template <int Groups, int Vectors>
  SOTTO_INLINE static void some(const Block& block, std::int64_t group, std::int64_t column,
                                const ifma::Reduction& reduction) {
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

  ifma::ReductionConstants constants_;
};

#undef SOTTO_INLINE
#undef SOTTO_TARGET

}  // namespace sotto::pointwise
