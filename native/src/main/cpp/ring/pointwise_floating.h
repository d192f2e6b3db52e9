#pragma once

#include <immintrin.h>

#include <algorithm>

#include "numbers/modular.h"
#include "ring/pointwise.h"
#include "ring/transform_floating.h"

// Sums on AVX2's floating-point units. A fused product and sum with 2^103 rounds the product to a multiple
// of 2^51, whose number stands in the low bits of the result; another one gives what is left of it, exactly.
// Both are then added up as the integers that the bits of these doubles are.

namespace sotto::pointwise {

#define SOTTO_TARGET __attribute__((target("avx2,fma")))
#define SOTTO_INLINE SOTTO_TARGET __attribute__((always_inline)) inline

class FloatingPath {
 public:
  static constexpr int kModulusBits = 51;

  explicit FloatingPath(std::uint64_t q)
      : q_(q),
        fold_(static_cast<double>((uint128{1} << 51) % q)),
        second_fold_(static_cast<double>((uint128{1} << 99) % q)) {}

  // Numbers become doubles.
  SOTTO_TARGET static void fill(std::uint64_t* panel, const std::uint64_t* from) {
    for (std::int64_t j = 0; j < kColumns; j += kLanes) floating::store(panel + j, floating::load_residues(from + j));
  }

  SOTTO_TARGET void sum(const Block& block) const {
    const Reduction reduction(*this);
    std::int64_t group = 0;
    for (; group + 2 <= block.groups; group += 2) {
      for (std::int64_t column = 0; column < kColumns; column += kLanes) some<2, 1>(block, group, column, reduction);
    }
    if (group < block.groups) {
      constexpr int kStep = 2 * kLanes;
      for (std::int64_t column = 0; column < kColumns; column += kStep) some<1, 2>(block, group, column, reduction);
    }
  }

 private:
  static constexpr int kLanes = 4;
  static constexpr std::int64_t kTerms = (1 << 11) - 1;
  static constexpr double kHigh = 0x1p103;
  static constexpr double kLow = 0x1.8p52;
  static constexpr std::uint64_t kHighBits = std::uint64_t{1023 + 103} << 52;
  static constexpr std::uint64_t kLowBits = std::uint64_t{1023 + 52} << 52;

  struct Sums {
    __m256i low;
    __m256i high;

    // The product is below 2^102 and the first sum below 2^104, a multiple of 2^51, and so is its difference
    // to 2^103 + 1.5 * 2^52; what is left of the product is at most 2^50 in magnitude.
    SOTTO_INLINE void add(__m256d x, __m256d w) {
      const __m256d rounded = _mm256_fmadd_pd(x, w, _mm256_set1_pd(kHigh));
      const __m256d rest = _mm256_fmadd_pd(x, w, _mm256_sub_pd(_mm256_set1_pd(kHigh + kLow), rounded));
      high = _mm256_add_epi64(high, _mm256_castpd_si256(rounded));
      low = _mm256_add_epi64(low, _mm256_castpd_si256(rest));
    }
  };

  SOTTO_INLINE static __m256i broadcast(std::uint64_t x) { return _mm256_set1_epi64x(static_cast<std::int64_t>(x)); }

  // An integer below 2^52 to a double.
  SOTTO_INLINE static __m256d number(__m256i x) {
    const __m256d bias = _mm256_set1_pd(0x1p52);
    return _mm256_sub_pd(_mm256_or_pd(_mm256_castsi256_pd(x), bias), bias);
  }

  struct Reduction {
    SOTTO_INLINE explicit Reduction(const FloatingPath& path)
        : m(floating::modulus(path.q_)),
          fold(_mm256_set1_pd(path.fold_)),
          fold_over_q(_mm256_set1_pd(path.fold_ / static_cast<double>(path.q_))),
          second_fold(_mm256_set1_pd(path.second_fold_)),
          second_fold_over_q(_mm256_set1_pd(path.second_fold_ / static_cast<double>(path.q_))) {}

    // Less what each term has put into the upper bits, and 2^51 into the rest, the sums are V = low + 2^51
    // high, with high below 2^62. Its parts above 2^51 and 2^99 are folded: the results are at most 0.63 q
    // and their sum with the lowest part is below 2^53.
    SOTTO_INLINE __m256d reduce(const Sums& sums, std::uint64_t terms) const {
      const __m256i low = _mm256_sub_epi64(sums.low, broadcast(terms * kLowBits));
      const __m256i carried = _mm256_add_epi64(sums.high, _mm256_srli_epi64(low, 51));
      const __m256i high = _mm256_sub_epi64(carried, broadcast(terms * (kHighBits + 1)));
      const __m256d lowest = number(_mm256_and_si256(low, broadcast(low_bits(51))));
      const __m256d middle = number(_mm256_and_si256(high, broadcast(low_bits(48))));
      const __m256d highest = number(_mm256_srli_epi64(high, 48));
      const __m256d folded = _mm256_add_pd(floating::multiply(middle, fold, fold_over_q, m),
                                           floating::multiply(highest, second_fold, second_fold_over_q, m));
      return _mm256_add_pd(lowest, folded);
    }

    floating::Modulus m;
    __m256d fold, fold_over_q, second_fold, second_fold_over_q;
  };

  template <int Groups, int Vectors>
  SOTTO_INLINE static void some(const Block& block, std::int64_t group, std::int64_t column,
                                const Reduction& reduction) {
    constexpr int kPolys = Groups * kParts;
    std::uint64_t* out[kPolys];
    for (int i = 0; i < kPolys; i++) {
      out[i] = block.result(group + i / kParts, i % kParts) + column;
      for (int v = 0; v < Vectors; v++) floating::store(out[i] + v * kLanes, _mm256_setzero_pd());
    }
    for (std::int64_t first = block.first; first < block.end; first += kTerms) {
      Sums sums[kPolys * Vectors];
      for (int i = 0; i < kPolys; i++) {
        for (int v = 0; v < Vectors; v++) {
          sums[i * Vectors + v] = {_mm256_castpd_si256(floating::load(out[i] + v * kLanes)), _mm256_setzero_si256()};
        }
      }
      const std::int64_t end = std::min(block.end, first + kTerms);
      for (std::int64_t t = first; t < end; t++) {
        const std::uint64_t* numbers = block.numbers(t, group) + column;
        const std::uint64_t* factors = block.factors(t) + column;
        if (column == 0) {
          const std::uint64_t* later = block.later_factors(t);
          for (std::int64_t j = 0; j < kColumns; j += 8) _mm_prefetch(later + j, _MM_HINT_T0);
        }
        for (int v = 0; v < Vectors; v++) {
          const __m256d factor = floating::load_residues(factors + v * kLanes);
          for (int i = 0; i < kPolys; i++) {
            sums[i * Vectors + v].add(floating::load(numbers + i * kColumns + v * kLanes), factor);
          }
        }
      }
      for (int i = 0; i < kPolys; i++) {
        for (int v = 0; v < Vectors; v++) {
          const __m256d sum = reduction.reduce(sums[i * Vectors + v], static_cast<std::uint64_t>(end - first));
          floating::store_residues(out[i] + v * kLanes, sum, reduction.m);
        }
      }
    }
  }

  std::uint64_t q_;
  double fold_;
  double second_fold_;
};

#undef SOTTO_INLINE
#undef SOTTO_TARGET

}  // namespace sotto::pointwise
