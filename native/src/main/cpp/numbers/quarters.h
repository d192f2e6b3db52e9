#pragma once

#include <immintrin.h>

namespace sotto {

// The quarters of four registers, 4 x 4, on their side.
__attribute__((target("avx512f"))) inline void transpose_quarters(__m512i (&x)[4]) {
  constexpr __mmask8 kAll = 0xff;
  const __m512i low01 = _mm512_maskz_shuffle_i64x2(kAll, x[0], x[1], 0x44);
  const __m512i high01 = _mm512_maskz_shuffle_i64x2(kAll, x[0], x[1], 0xee);
  const __m512i low23 = _mm512_maskz_shuffle_i64x2(kAll, x[2], x[3], 0x44);
  const __m512i high23 = _mm512_maskz_shuffle_i64x2(kAll, x[2], x[3], 0xee);
  x[0] = _mm512_maskz_shuffle_i64x2(kAll, low01, low23, 0x88);
  x[1] = _mm512_maskz_shuffle_i64x2(kAll, low01, low23, 0xdd);
  x[2] = _mm512_maskz_shuffle_i64x2(kAll, high01, high23, 0x88);
  x[3] = _mm512_maskz_shuffle_i64x2(kAll, high01, high23, 0xdd);
}

}  // namespace sotto
