#include "labels/columns.h"

#include <cstring>

#include "ground/secure_memory.h"
#include "labels/registers.h"
#include "numbers/quarters.h"
#include "sotto/cpu.h"

namespace {

constexpr int kColumns = sotto::kColumns;

namespace narrow {

// 16 x 16 bytes on their side.
inline void transpose_bytes(__m128i (&x)[16]) {
  __m128i y[16];
  for (int step = 0; step < 4; step++) {
    for (int j = 0; j < 8; j++) {
      y[2 * j] = _mm_unpacklo_epi8(x[j], x[j + 8]);
      y[2 * j + 1] = _mm_unpackhi_epi8(x[j], x[j + 8]);
    }
    for (int j = 0; j < 16; j++) x[j] = y[j];
  }
}

void transpose(const uint8_t* rows, int64_t row_bytes, int32_t blocks, uint8_t* labels) {
  for (int32_t block = 0; block < blocks; block++) {
    uint8_t* out = labels + static_cast<int64_t>(block) * kColumns * kLabelBytes;
    for (int group = 0; group < kColumns / 16; group++) {
      __m128i x[16];
      for (int r = 0; r < 16; r++) x[r] = load128(rows + (16 * group + r) * row_bytes + block * kLabelBytes);
      transpose_bytes(x);
      for (int byte = 0; byte < 16; byte++) {
        for (int bit = 7; bit >= 0; bit--) {
          uint16_t column = static_cast<uint16_t>(_mm_movemask_epi8(x[byte]));
          std::memcpy(out + (8 * byte + bit) * kLabelBytes + 2 * group, &column, sizeof column);
          x[byte] = _mm_add_epi8(x[byte], x[byte]);
        }
      }
    }
  }
}

}  // namespace narrow

SOTTO_BEGIN_TARGET("avx2")
namespace wide {

// 16 x 16 bytes on their side in each half.
inline void transpose_bytes(__m256i (&x)[16]) {
  __m256i y[16];
  for (int step = 0; step < 4; step++) {
    for (int j = 0; j < 8; j++) {
      y[2 * j] = _mm256_unpacklo_epi8(x[j], x[j + 8]);
      y[2 * j + 1] = _mm256_unpackhi_epi8(x[j], x[j + 8]);
    }
    for (int j = 0; j < 16; j++) x[j] = y[j];
  }
}

// Exchanges the bits at mask with those so many places up.
template <int kPlaces>
inline __m256i exchange_bits(__m256i x, int64_t mask) {
  const __m256i t =
      _mm256_and_si256(_mm256_xor_si256(x, _mm256_srli_epi64(x, kPlaces)), _mm256_set1_epi64x(mask));
  return _mm256_xor_si256(x, _mm256_xor_si256(t, _mm256_slli_epi64(t, kPlaces)));
}

// A byte of each of 32 rows becomes 8 columns of 4 bytes.
inline __m256i columns_of(__m256i x) {
  // 8 x 8 bits on their side.
  x = exchange_bits<7>(x, 0x00aa00aa00aa00aa);
  x = exchange_bits<14>(x, 0x0000cccc0000cccc);
  x = exchange_bits<28>(x, 0x00000000f0f0f0f0);
  x = _mm256_permutevar8x32_epi32(x, _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7));
  return _mm256_shuffle_epi8(x, _mm256_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15,  //
                                                 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
}

void transpose(const uint8_t* rows, int64_t row_bytes, int32_t blocks, uint8_t* labels) {
  constexpr int kGroups = kColumns / 32;
  __m256i x[kGroups][16];
  for (int32_t block = 0; block < blocks; block++) {
    uint8_t* out = labels + static_cast<int64_t>(block) * kColumns * kLabelBytes;
    for (int group = 0; group < kGroups; group++) {
      for (int r = 0; r < 16; r++) {
        const uint8_t* row = rows + (32 * group + r) * row_bytes + block * kLabelBytes;
        x[group][r] =
            _mm256_inserti128_si256(_mm256_castsi128_si256(load128(row)), load128(row + 16 * row_bytes), 1);
      }
      transpose_bytes(x[group]);
    }
    for (int byte = 0; byte < 16; byte++) {
      const __m256i a = columns_of(x[0][byte]), b = columns_of(x[1][byte]);
      const __m256i c = columns_of(x[2][byte]), d = columns_of(x[3][byte]);
      const __m256i ab0 = _mm256_unpacklo_epi32(a, b), ab1 = _mm256_unpackhi_epi32(a, b);
      const __m256i cd0 = _mm256_unpacklo_epi32(c, d), cd1 = _mm256_unpackhi_epi32(c, d);
      // Column j and column j + 4.
      const __m256i columns[4] = {_mm256_unpacklo_epi64(ab0, cd0), _mm256_unpackhi_epi64(ab0, cd0),
                                  _mm256_unpacklo_epi64(ab1, cd1), _mm256_unpackhi_epi64(ab1, cd1)};
      for (int j = 0; j < 4; j++) {
        store128(out + (8 * byte + j) * kLabelBytes, _mm256_castsi256_si128(columns[j]));
        store128(out + (8 * byte + 4 + j) * kLabelBytes, _mm256_extracti128_si256(columns[j], 1));
      }
    }
  }
  sotto::wipe(x, sizeof x);
}

}  // namespace wide
SOTTO_END_TARGET

SOTTO_BEGIN_TARGET("avx512f,avx512bw,gfni")
namespace widest {

// One step of 4 towards 16 x 16 bytes on their side in each quarter, or of 3 towards 8 x 16.
template <int kRows>
inline void shuffle_bytes(__m512i (&x)[kRows]) {
  constexpr __mmask64 kAll = ~__mmask64{0};
  __m512i y[kRows];
  for (int j = 0; j < kRows / 2; j++) {
    y[2 * j] = _mm512_maskz_unpacklo_epi8(kAll, x[j], x[j + kRows / 2]);
    y[2 * j + 1] = _mm512_maskz_unpackhi_epi8(kAll, x[j], x[j + kRows / 2]);
  }
  for (int j = 0; j < kRows; j++) x[j] = y[j];
}

// Four blocks at once, a quarter of each register for each.
void transpose(const uint8_t* rows, int64_t row_bytes, int32_t blocks, uint8_t* labels) {
  constexpr int kAtOnce = 4;
  constexpr int kGroups = kColumns / 8;
  // As a matrix's argument, bit i in byte i: the matrix comes out on its side.
  const __m512i diagonal = _mm512_set1_epi64(static_cast<int64_t>(0x8040201008040201));
  // By pairs of bytes and groups of rows: a byte is a column of 8 rows.
  __m512i bytes[8][kGroups];
  for (int32_t block = 0; block < blocks; block += kAtOnce) {
    const int32_t count = blocks - block < kAtOnce ? blocks - block : kAtOnce;
    const __mmask8 there = static_cast<__mmask8>((1 << 2 * count) - 1);
    for (int group = 0; group < kGroups; group++) {
      __m512i x[8];
      for (int r = 0; r < 8; r++) {
        x[r] = _mm512_maskz_loadu_epi64(there, rows + (8 * group + 7 - r) * row_bytes + block * kLabelBytes);
      }
      for (int step = 0; step < 3; step++) shuffle_bytes(x);
      for (int pair = 0; pair < 8; pair++) {
        bytes[pair][group] = _mm512_gf2p8affine_epi64_epi8(diagonal, x[pair], 0);
      }
    }
    uint8_t* out = labels + static_cast<int64_t>(block) * kColumns * kLabelBytes;
    for (int pair = 0; pair < 8; pair++) {
      __m512i x[kGroups];
      for (int group = 0; group < kGroups; group++) x[group] = bytes[pair][group];
      for (int step = 0; step < 4; step++) shuffle_bytes(x);
      for (int first = 0; first < 16; first += 4) {
        __m512i columns[4] = {x[first], x[first + 1], x[first + 2], x[first + 3]};
        sotto::transpose_quarters(columns);
        for (int b = 0; b < count; b++) {
          _mm512_storeu_si512(out + (b * kColumns + 16 * pair + first) * kLabelBytes, columns[b]);
        }
      }
    }
  }
  sotto::wipe(bytes, sizeof bytes);
}

}  // namespace widest
SOTTO_END_TARGET

}  // namespace

namespace sotto {

Columns fastest_columns() {
  return has(SOTTO_CPU_AVX512 | SOTTO_CPU_GFNI) ? widest::transpose
         : has(SOTTO_CPU_AVX2)                  ? wide::transpose
                                                : narrow::transpose;
}

}  // namespace sotto
