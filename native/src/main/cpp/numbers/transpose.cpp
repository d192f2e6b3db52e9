#include "sotto/transpose.h"

#include <immintrin.h>

#include <cstring>

#include "ground/guard.h"
#include "ground/secure_memory.h"
#include "numbers/quarters.h"
#include "sotto/cpu.h"


using sotto::guarded;
using sotto::require;

namespace {

constexpr int kSize = 64;

// 64 x 64 bits: bit c of word r changes places with bit r of word c.
using Transpose = void (*)(const std::uint64_t* in, std::uint64_t* out);

// Warren: Hacker's Delight, section 7-3.
void plain(const std::uint64_t* in, std::uint64_t* out) {
  if (in != out) std::memcpy(out, in, kSize * sizeof *in);
  std::uint64_t mask = 0x00000000ffffffff;
  for (int j = kSize / 2; j != 0; j >>= 1, mask ^= mask << j) {
    for (int k = 0; k < kSize; k = ((k | j) + 1) & ~j) {
      const std::uint64_t t = ((out[k] >> j) ^ out[k | j]) & mask;
      out[k] ^= t << j;
      out[k | j] ^= t;
    }
  }
}

#define SOTTO_TARGET __attribute__((target("avx512f,avx512bw,gfni")))

constexpr __mmask8 kWords = 0xff;

// 8 x 8 bytes on their side, the bytes of each word in reverse order if asked for.
SOTTO_TARGET inline __m512i bytes_on_side(__m512i x, bool reversed) {
  // The same bytes of the two words of a quarter side by side, then the quarters.
  const __m512i pairs = _mm512_maskz_broadcast_i32x4(
      0xffff, reversed ? _mm_setr_epi8(8, 0, 9, 1, 10, 2, 11, 3, 12, 4, 13, 5, 14, 6, 15, 7)
                       : _mm_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15));
  const __m512i paired = _mm512_maskz_shuffle_epi8(~__mmask64{0}, x, pairs);
  alignas(64) std::uint16_t order[32];
  for (int word = 0; word < 8; word++) {
    for (int quarter = 0; quarter < 4; quarter++) {
      order[4 * word + (reversed ? 3 - quarter : quarter)] = static_cast<std::uint16_t>(8 * quarter + word);
    }
  }
  return _mm512_maskz_permutexvar_epi16(~__mmask32{0}, _mm512_load_si512(order), paired);
}

// 8 x 8 words on their side.
SOTTO_TARGET inline void words_on_side(__m512i (&x)[8]) {
  __m512i y[8];
  for (int j = 0; j < 8; j += 2) {
    y[j] = _mm512_maskz_unpacklo_epi64(kWords, x[j], x[j + 1]);
    y[j + 1] = _mm512_maskz_unpackhi_epi64(kWords, x[j], x[j + 1]);
  }
  for (int odd = 0; odd < 2; odd++) {
    __m512i half[4] = {y[odd], y[2 + odd], y[4 + odd], y[6 + odd]};
    sotto::transpose_quarters(half);
    for (int j = 0; j < 4; j++) x[2 * j + odd] = half[j];
  }
}

SOTTO_TARGET void wide(const std::uint64_t* in, std::uint64_t* out) {
  // As a matrix's argument, bit i in byte i: the matrix, its rows from the last on, comes out on its side.
  const __m512i diagonal = _mm512_set1_epi64(static_cast<std::int64_t>(0x8040201008040201));
  __m512i x[8];
  for (int j = 0; j < 8; j++) {
    x[j] = _mm512_gf2p8affine_epi64_epi8(diagonal, bytes_on_side(_mm512_loadu_si512(in + 8 * j), true), 0);
  }
  words_on_side(x);
  for (int j = 0; j < 8; j++) _mm512_storeu_si512(out + 8 * j, bytes_on_side(x[j], false));
}

#undef SOTTO_TARGET

Transpose fastest() {
  if (sotto::has(SOTTO_CPU_AVX512 | SOTTO_CPU_GFNI)) return wide;
  return plain;
}

void check(std::int64_t count, std::int32_t first_bit, std::int32_t bits, std::int64_t row_bytes) {
  require(first_bit >= 0 && bits >= 0 && first_bit <= kSize - bits, "bits outside of numbers of 64 bits");
  require(count >= 0 && row_bytes >= 0 && row_bytes % 8 == 0 && (count + kSize - 1) / kSize <= row_bytes / 8,
          "rows that are too short");
}

// Words that are wiped.
struct Block {
  ~Block() { sotto::wipe(words, sizeof words); }
  alignas(64) std::uint64_t words[kSize] = {};
};

}  // namespace

int sotto_transpose_to_rows(const uint64_t* numbers, int64_t count, int32_t first_bit, int32_t bits,
                            int64_t row_bytes, uint64_t* rows) {
  return guarded([&] {
    check(count, first_bit, bits, row_bytes);
    const Transpose transpose = fastest();
    const int64_t row_words = row_bytes / 8;
    Block block;
    for (int64_t c = 0; c < count; c += kSize) {
      const uint64_t* from = numbers + c;
      if (count - c < kSize) {
        std::memset(block.words, 0, sizeof block.words);
        std::memcpy(block.words, from, static_cast<std::size_t>(count - c) * sizeof *from);
        from = block.words;
      }
      transpose(from, block.words);
      for (int r = 0; r < bits; r++) rows[r * row_words + c / kSize] = block.words[first_bit + r];
    }
  });
}

int sotto_transpose_to_numbers(const uint64_t* rows, int64_t row_bytes, int32_t bits, int64_t count,
                               uint64_t* numbers) {
  return guarded([&] {
    check(count, 0, bits, row_bytes);
    const Transpose transpose = fastest();
    const int64_t row_words = row_bytes / 8;
    Block block;
    for (int64_t c = 0; c < count; c += kSize) {
      std::memset(block.words, 0, sizeof block.words);
      for (int r = 0; r < bits; r++) block.words[r] = rows[r * row_words + c / kSize];
      transpose(block.words, block.words);
      const int64_t n = count - c < kSize ? count - c : kSize;
      std::memcpy(numbers + c, block.words, static_cast<std::size_t>(n) * sizeof *numbers);
    }
  });
}
