#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

// Transforms on AVX2's floating-point units, for moduli below 2^50. Every value is an integer below
// 2^53 in magnitude, so nothing is ever rounded but quotients, and nothing is subnormal: time
// depends on n.
//
// Factors have to stay below 2^52. Below 2^45 that is 128 q, and sums are left to grow for several
// steps; at 2^50 it is 4 q.

namespace sotto::floating {

constexpr int kModulusBits = 50;
constexpr int kNarrowBits = 45;

#define SOTTO_TARGET __attribute__((target("avx2,fma")))
#define SOTTO_INLINE SOTTO_TARGET inline

struct Modulus {
  __m256d q;
  __m256d reciprocal;
};

SOTTO_INLINE Modulus modulus(std::uint64_t q) {
  const double value = static_cast<double>(q);
  return {_mm256_set1_pd(value), _mm256_set1_pd(1 / value)};
}

SOTTO_INLINE __m256d nearest(__m256d x) {
  return _mm256_round_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

// x modulo q, at most 0.51 q in magnitude.
SOTTO_INLINE __m256d reduce(__m256d x, const Modulus& m) {
  return _mm256_fnmadd_pd(nearest(_mm256_mul_pd(x, m.reciprocal)), m.q, x);
}

// x*w modulo q, at most (1/2 + |x| / 2^52) q in magnitude, for |x| <= 2^52. The product is high + low
// without an error; k misses x*w/q by at most 1/2, and 2^-52 of itself, which is at most |x|; so high - k*q
// is an integer below 2^52, and exact.
SOTTO_INLINE __m256d multiply(__m256d x, __m256d w, __m256d w_over_q, const Modulus& m) {
  const __m256d high = _mm256_mul_pd(x, w);
  const __m256d low = _mm256_fmsub_pd(x, w, high);
  const __m256d k = nearest(_mm256_mul_pd(x, w_over_q));
  return _mm256_add_pd(_mm256_fnmadd_pd(k, m.q, high), low);
}

// Integers below 2^52 become the low bits of 2^52 + x.
SOTTO_INLINE __m256d load_residues(const std::uint64_t* from) {
  const __m256d bias = _mm256_set1_pd(0x1p52);
  const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  return _mm256_sub_pd(_mm256_or_pd(_mm256_castsi256_pd(x), bias), bias);
}

SOTTO_INLINE void store_residues(std::uint64_t* to, __m256d x, const Modulus& m) {
  const __m256d bias = _mm256_set1_pd(0x1p52);
  x = reduce(x, m);
  x = _mm256_add_pd(x, _mm256_and_pd(_mm256_cmp_pd(x, _mm256_setzero_pd(), _CMP_LT_OQ), m.q));
  const __m256d biased = _mm256_xor_pd(_mm256_add_pd(x, bias), bias);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_castpd_si256(biased));
}

SOTTO_INLINE __m256d load(const std::uint64_t* from) {
  return _mm256_castsi256_pd(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}

SOTTO_INLINE void store(std::uint64_t* to, __m256d x) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_castpd_si256(x));
}

// Cooley and Tukey's butterfly: (a, b) to (a + b*w, a - b*w). Below 2^45 magnitudes grow by 0.63 q, in 13
// steps to less than 10 q. Else a is reduced in every second step: from 1.7 q they grow to 2.6 q, and back.
SOTTO_INLINE void combine(__m256d& a, __m256d& b, __m256d w, __m256d w_over_q, const Modulus& m) {
  const __m256d product = multiply(b, w, w_over_q, m);
  b = _mm256_sub_pd(a, product);
  a = _mm256_add_pd(a, product);
}

// Gentleman and Sande's: (a, b) to (a + b, (a - b)*w). Magnitudes of the sums double, from q to at most
// 16 q before they are reduced; where the modulus isn't below 2^45, all but the first sums are reduced at
// once, and differences are below 4 q.
SOTTO_INLINE void separate(__m256d& a, __m256d& b, __m256d w, __m256d w_over_q, const Modulus& m) {
  const __m256d difference = _mm256_sub_pd(a, b);
  a = _mm256_add_pd(a, b);
  b = multiply(difference, w, w_over_q, m);
}

// Of two registers the first gets the first halves of both, or the even places, the second the others.
SOTTO_INLINE void exchange_halves(__m256d& a, __m256d& b) {
  const __m256d first = _mm256_permute2f128_pd(a, b, 0x20);
  b = _mm256_permute2f128_pd(a, b, 0x31);
  a = first;
}

SOTTO_INLINE void exchange_neighbours(__m256d& a, __m256d& b) {
  const __m256d first = _mm256_unpacklo_pd(a, b);
  b = _mm256_unpackhi_pd(a, b);
  a = first;
}

// {w[0], w[0], w[1], w[1]}
SOTTO_INLINE __m256d twice(const double* w) {
  return _mm256_permute4x64_pd(_mm256_castpd128_pd256(_mm_loadu_pd(w)), 0x50);
}

SOTTO_TARGET inline void transform_forward(std::uint64_t* x, std::size_t n, std::uint64_t q,
                                           const double* w, const double* w_over_q) {
  const Modulus m = modulus(q);
  for (std::size_t j = 0; j < n; j += 4) store(x + j, load_residues(x + j));
  std::size_t groups = 1;
  const bool narrow = q >> kNarrowBits == 0;
  bool reduced = false;
  for (std::size_t gap = n / 2; gap >= 4; gap /= 2, groups *= 2) {
    for (std::size_t i = 0; i < groups; i++) {
      const __m256d root = _mm256_set1_pd(w[groups + i]);
      const __m256d root_over_q = _mm256_set1_pd(w_over_q[groups + i]);
      std::uint64_t* first = x + 2 * i * gap;
      for (std::size_t j = 0; j < gap; j += 4) {
        __m256d a = load(first + j);
        __m256d b = load(first + gap + j);
        if (reduced) a = reduce(a, m);
        combine(a, b, root, root_over_q, m);
        store(first + j, a);
        store(first + gap + j, b);
      }
    }
    reduced = !narrow && !reduced;
  }
  // Gaps 2 and 1, two groups of four at once.
  for (std::size_t i = 0; i < groups; i += 2) {
    std::uint64_t* first = x + 4 * i;
    __m256d a = load(first), b = load(first + 4);
    exchange_halves(a, b);
    if (!narrow) a = reduce(a, m);
    combine(a, b, twice(w + groups + i), twice(w_over_q + groups + i), m);
    exchange_neighbours(a, b);
    const std::size_t at = 2 * (groups + i);
    combine(a, b, _mm256_loadu_pd(w + at), _mm256_loadu_pd(w_over_q + at), m);
    exchange_neighbours(a, b);
    exchange_halves(a, b);
    store_residues(first, a, m);
    store_residues(first + 4, b, m);
  }
}

SOTTO_TARGET inline void transform_inverse(std::uint64_t* x, std::size_t n, std::uint64_t q,
                                           const double* w, const double* w_over_q, double scale,
                                           double scale_over_q) {
  const Modulus m = modulus(q);
  const bool narrow = q >> kNarrowBits == 0;
  const int allowed = narrow ? 4 : 1;  // doublings until sums are reduced
  std::size_t groups = n / 4;
  for (std::size_t i = 0; i < groups; i += 2) {
    std::uint64_t* first = x + 4 * i;
    __m256d a = load_residues(first), b = load_residues(first + 4);
    exchange_halves(a, b);
    exchange_neighbours(a, b);
    const std::size_t at = 2 * (groups + i);
    separate(a, b, _mm256_loadu_pd(w + at), _mm256_loadu_pd(w_over_q + at), m);
    exchange_neighbours(a, b);
    separate(a, b, twice(w + groups + i), twice(w_over_q + groups + i), m);
    if (!narrow) a = reduce(a, m);
    exchange_halves(a, b);
    store(first, a);
    store(first + 4, b);
  }
  int doublings = narrow ? 2 : 0;
  groups /= 2;
  for (std::size_t gap = 4; gap < n; gap *= 2, groups /= 2) {
    const bool reduced = ++doublings == allowed;
    if (reduced) doublings = 0;
    for (std::size_t i = 0; i < groups; i++) {
      const __m256d root = _mm256_set1_pd(w[groups + i]);
      const __m256d root_over_q = _mm256_set1_pd(w_over_q[groups + i]);
      std::uint64_t* first = x + 2 * i * gap;
      for (std::size_t j = 0; j < gap; j += 4) {
        __m256d a = load(first + j);
        __m256d b = load(first + gap + j);
        separate(a, b, root, root_over_q, m);
        store(first + j, reduced ? reduce(a, m) : a);
        store(first + gap + j, b);
      }
    }
  }
  const __m256d factor = _mm256_set1_pd(scale);
  const __m256d factor_over_q = _mm256_set1_pd(scale_over_q);
  for (std::size_t j = 0; j < n; j += 4) {
    store_residues(x + j, multiply(load(x + j), factor, factor_over_q, m), m);
  }
}

SOTTO_TARGET inline void products(const std::uint64_t* a, const std::uint64_t* b, std::size_t n,
                                  std::uint64_t q, std::uint64_t* out) {
  const Modulus m = modulus(q);
  for (std::size_t j = 0; j < n; j += 4) {
    const __m256d x = load_residues(a + j);
    const __m256d y = load_residues(b + j);
    store_residues(out + j, multiply(x, y, _mm256_mul_pd(y, m.reciprocal), m), m);
  }
}

#undef SOTTO_INLINE
#undef SOTTO_TARGET

}  // namespace sotto::floating
