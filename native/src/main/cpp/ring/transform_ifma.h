#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "ring/reduction_ifma.h"

// Transforms on AVX-512's multiplications of 52 bits. Up to 50 bits of modulus, residues are below 4q
// (forward) or 2q (inverse) between the steps, after Harvey (Faster arithmetic for number-theoretic
// transforms, 2014); up to 52 bits they are below q. Nothing branches on them.

namespace sotto::ifma {

constexpr int kModulusBits = 52;
constexpr int kProductBits = 52;

#define SOTTO_TARGET __attribute__((target("avx512f,avx512dq,avx512ifma")))
#define SOTTO_INLINE SOTTO_TARGET inline

struct Modulus {
  __m512i q;
  __m512i twice;
  __m512i negative;  // 2^52 - q
};

SOTTO_INLINE Modulus modulus(std::uint64_t q) {
  return {broadcast(q), broadcast(2 * q), broadcast((std::uint64_t{1} << kProductBits) - q)};
}

SOTTO_INLINE __m512i load(const std::uint64_t* from) { return _mm512_loadu_si512(from); }

SOTTO_INLINE void store(std::uint64_t* to, __m512i x) { _mm512_storeu_si512(to, x); }

SOTTO_INLINE __m512i low52(__m512i x) {
  return _mm512_and_si512(x, broadcast((std::uint64_t{1} << kProductBits) - 1));
}

// For moduli below 2^50.
struct Narrow {
  static constexpr int kModulusBits = 50;

  // x*w modulo q, below 2q, for x below 2^52 and w's quotient floor(2^52 w / q): the estimate of
  // floor(x*w / q) is at most one short.
  SOTTO_INLINE static __m512i multiply(__m512i x, __m512i w, __m512i w_over_q, const Modulus& m) {
    const __m512i zero = _mm512_setzero_si512();
    const __m512i k = _mm512_madd52hi_epu64(zero, x, w_over_q);
    return low52(_mm512_madd52lo_epu64(_mm512_madd52lo_epu64(zero, x, w), k, m.negative));
  }

  // Cooley and Tukey's butterfly: (a, b) to (a + b*w, a - b*w), all below 4q.
  SOTTO_INLINE static void combine(__m512i& a, __m512i& b, __m512i w, __m512i w_over_q, const Modulus& m) {
    const __m512i sum = reduce_once(a, m.twice);
    const __m512i product = multiply(b, w, w_over_q, m);
    a = _mm512_add_epi64(sum, product);
    b = _mm512_add_epi64(_mm512_sub_epi64(sum, product), m.twice);
  }

  // Gentleman and Sande's: (a, b) to (a + b, (a - b)*w), all below 2q.
  SOTTO_INLINE static void separate(__m512i& a, __m512i& b, __m512i w, __m512i w_over_q, const Modulus& m) {
    const __m512i difference = _mm512_add_epi64(_mm512_sub_epi64(a, b), m.twice);
    a = reduce_once(_mm512_add_epi64(a, b), m.twice);
    b = multiply(difference, w, w_over_q, m);
  }

  // What combine leaves, to below q.
  SOTTO_INLINE static __m512i combined(__m512i x, const Modulus& m) {
    return reduce_once(reduce_once(x, m.twice), m.q);
  }
};

// For moduli below 2^52.
struct Wide {
  // The same, for x below 2^52, by products modulo 2^64; below q.
  SOTTO_INLINE static __m512i multiply(__m512i x, __m512i w, __m512i w_over_q, const Modulus& m) {
    const __m512i k = _mm512_madd52hi_epu64(_mm512_setzero_si512(), x, w_over_q);
    return reduce_once(_mm512_sub_epi64(_mm512_mullo_epi64(x, w), _mm512_mullo_epi64(k, m.q)), m.q);
  }

  SOTTO_INLINE static __m512i difference(__m512i a, __m512i b, const Modulus& m) {
    return reduce_once(_mm512_add_epi64(_mm512_sub_epi64(a, b), m.q), m.q);
  }

  SOTTO_INLINE static void combine(__m512i& a, __m512i& b, __m512i w, __m512i w_over_q, const Modulus& m) {
    const __m512i product = multiply(b, w, w_over_q, m);
    b = difference(a, product, m);
    a = reduce_once(_mm512_add_epi64(a, product), m.q);
  }

  SOTTO_INLINE static void separate(__m512i& a, __m512i& b, __m512i w, __m512i w_over_q, const Modulus& m) {
    const __m512i rest = difference(a, b, m);
    a = reduce_once(_mm512_add_epi64(a, b), m.q);
    b = multiply(rest, w, w_over_q, m);
  }

  SOTTO_INLINE static __m512i combined(__m512i x, const Modulus&) { return x; }
};

SOTTO_INLINE __m512i pick(__m512i a, __m512i order, __m512i b) {
  return _mm512_maskz_permutex2var_epi64(0xff, a, order, b);
}

SOTTO_INLINE __m512i permute(__m512i order, __m512i a) { return _mm512_maskz_permutexvar_epi64(0xff, order, a); }

// Two roots four times each, and four twice each.
SOTTO_INLINE __m512i fourfold(const std::uint64_t* w) {
  return permute(_mm512_setr_epi64(0, 0, 0, 0, 1, 1, 1, 1), _mm512_maskz_loadu_epi64(0x3, w));
}

SOTTO_INLINE __m512i twofold(const std::uint64_t* w) {
  return permute(_mm512_setr_epi64(0, 0, 1, 1, 2, 2, 3, 3), _mm512_maskz_loadu_epi64(0xf, w));
}

// Two registers of which the first has the first halves of groups of 8, 4 or 2, and the second the second halves.
SOTTO_INLINE void exchange_eights(__m512i& a, __m512i& b) {
  const __m512i first = pick(a, _mm512_setr_epi64(0, 1, 2, 3, 8, 9, 10, 11), b);
  b = pick(a, _mm512_setr_epi64(4, 5, 6, 7, 12, 13, 14, 15), b);
  a = first;
}

SOTTO_INLINE void exchange_fours(__m512i& a, __m512i& b) {
  const __m512i first = pick(a, _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), b);
  b = pick(a, _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15), b);
  a = first;
}

SOTTO_INLINE void exchange_twos(__m512i& a, __m512i& b) {
  const __m512i first = pick(a, _mm512_setr_epi64(0, 8, 2, 10, 4, 12, 6, 14), b);
  b = pick(a, _mm512_setr_epi64(1, 9, 3, 11, 5, 13, 7, 15), b);
  a = first;
}

// A root and those of the two halves of what it is for.
struct ThreeRoots {
  __m512i w[3];
  __m512i w_over_q[3];
};

SOTTO_INLINE ThreeRoots three_roots(const std::uint64_t* w, const std::uint64_t* w_over_q, std::size_t root) {
  return {{broadcast(w[root]), broadcast(w[2 * root]), broadcast(w[2 * root + 1])},
          {broadcast(w_over_q[root]), broadcast(w_over_q[2 * root]), broadcast(w_over_q[2 * root + 1])}};
}

template <class Arithmetic>
struct Forward {
  SOTTO_INLINE static void two_steps(__m512i (&x)[4], const ThreeRoots& r, const Modulus& m) {
    Arithmetic::combine(x[0], x[2], r.w[0], r.w_over_q[0], m);
    Arithmetic::combine(x[1], x[3], r.w[0], r.w_over_q[0], m);
    Arithmetic::combine(x[0], x[1], r.w[1], r.w_over_q[1], m);
    Arithmetic::combine(x[2], x[3], r.w[2], r.w_over_q[2], m);
  }
};

template <class Arithmetic>
struct Inverse {
  SOTTO_INLINE static void two_steps(__m512i (&x)[4], const ThreeRoots& r, const Modulus& m) {
    Arithmetic::separate(x[0], x[1], r.w[1], r.w_over_q[1], m);
    Arithmetic::separate(x[2], x[3], r.w[2], r.w_over_q[2], m);
    Arithmetic::separate(x[0], x[2], r.w[0], r.w_over_q[0], m);
    Arithmetic::separate(x[1], x[3], r.w[0], r.w_over_q[0], m);
  }
};

// Two steps of so many groups of four quarters, for each time that values are read and written.
template <class Direction>
SOTTO_INLINE void two_steps(std::uint64_t* x, std::size_t groups, std::size_t quarter, const std::uint64_t* w,
                            const std::uint64_t* w_over_q, const Modulus& m) {
  for (std::size_t i = 0; i < groups; i++) {
    const ThreeRoots roots = three_roots(w, w_over_q, groups + i);
    std::uint64_t* first = x + 4 * i * quarter;
    for (std::size_t j = 0; j < quarter; j += 8) {
      __m512i four[4];
      for (std::size_t k = 0; k < 4; k++) four[k] = load(first + k * quarter + j);
      Direction::two_steps(four, roots, m);
      for (std::size_t k = 0; k < 4; k++) store(first + k * quarter + j, four[k]);
    }
  }
}

template <class Arithmetic>
SOTTO_TARGET inline void transform_forward(std::uint64_t* x, std::size_t n, std::uint64_t q, const std::uint64_t* w,
                                           const std::uint64_t* w_over_q) {
  const Modulus m = modulus(q);
  std::size_t groups = 1;
  std::size_t gap = n / 2;
  for (; gap >= 16; gap /= 4, groups *= 4) two_steps<Forward<Arithmetic>>(x, groups, gap / 2, w, w_over_q, m);
  // Gaps 8 if it is left, 4, 2 and 1, 16 values at once.
  for (std::size_t i = 0; i < n / 16; i++) {
    std::uint64_t* at = x + 16 * i;
    __m512i a = load(at), b = load(at + 8);
    std::size_t root = n / 16 + i;
    if (gap == 8) Arithmetic::combine(a, b, broadcast(w[root]), broadcast(w_over_q[root]), m);
    exchange_eights(a, b);
    root *= 2;
    Arithmetic::combine(a, b, fourfold(w + root), fourfold(w_over_q + root), m);
    exchange_fours(a, b);
    root *= 2;
    Arithmetic::combine(a, b, twofold(w + root), twofold(w_over_q + root), m);
    exchange_twos(a, b);
    root *= 2;
    Arithmetic::combine(a, b, load(w + root), load(w_over_q + root), m);
    a = Arithmetic::combined(a, m);
    b = Arithmetic::combined(b, m);
    store(at, pick(a, _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11), b));
    store(at + 8, pick(a, _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15), b));
  }
}

template <class Arithmetic>
SOTTO_TARGET inline void transform_inverse(std::uint64_t* x, std::size_t n, std::uint64_t q, const std::uint64_t* w,
                                           const std::uint64_t* w_over_q, std::uint64_t scale,
                                           std::uint64_t scale_over_q) {
  const Modulus m = modulus(q);
  // Gaps 1, 2, 4, and 8 if an odd number of steps would be left.
  const bool eights = __builtin_ctzll(n) % 2 == 0;
  for (std::size_t i = 0; i < n / 16; i++) {
    std::uint64_t* at = x + 16 * i;
    const __m512i v0 = load(at), v1 = load(at + 8);
    __m512i a = pick(v0, _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14), v1);
    __m512i b = pick(v0, _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15), v1);
    const std::size_t root = n / 16 + i;
    Arithmetic::separate(a, b, load(w + 8 * root), load(w_over_q + 8 * root), m);
    exchange_twos(a, b);
    Arithmetic::separate(a, b, twofold(w + 4 * root), twofold(w_over_q + 4 * root), m);
    exchange_fours(a, b);
    Arithmetic::separate(a, b, fourfold(w + 2 * root), fourfold(w_over_q + 2 * root), m);
    exchange_eights(a, b);
    if (eights) Arithmetic::separate(a, b, broadcast(w[root]), broadcast(w_over_q[root]), m);
    store(at, a);
    store(at + 8, b);
  }
  std::size_t quarter = eights ? 16 : 8;
  for (std::size_t groups = n / 4 / quarter; groups >= 1; groups /= 4, quarter *= 4) {
    two_steps<Inverse<Arithmetic>>(x, groups, quarter, w, w_over_q, m);
  }
  const __m512i factor = broadcast(scale);
  const __m512i factor_over_q = broadcast(scale_over_q);
  for (std::size_t j = 0; j < n; j += 8) {
    store(x + j, reduce_once(Arithmetic::multiply(load(x + j), factor, factor_over_q, m), m.q));
  }
}

SOTTO_TARGET inline void products(const std::uint64_t* a, const std::uint64_t* b, std::size_t n, std::uint64_t q,
                                  std::uint64_t* out) {
  const Reduction reduction{ReductionConstants(q)};
  const __m512i zero = _mm512_setzero_si512();
  for (std::size_t j = 0; j < n; j += 8) {
    const __m512i x = load(a + j), y = load(b + j);
    store(out + j, reduction.reduce(_mm512_madd52lo_epu64(zero, x, y), _mm512_madd52hi_epu64(zero, x, y)));
  }
}

#undef SOTTO_INLINE
#undef SOTTO_TARGET

}  // namespace sotto::ifma
