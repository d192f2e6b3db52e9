#include "random/aes_stream.h"

#include <algorithm>
#include <cstring>

#include "ground/secure_memory.h"
#include "labels/registers.h"
#include "sotto/cpu.h"

namespace {

constexpr int kRounds = 14;

#define SOTTO_KERNELS "random/stream_path.inc"
#include "labels/each_path.inc"

}  // namespace

namespace sotto {
namespace {

// --- The plain path: bits of many bytes side by side, no table and no branch ------------------------

// Arithmetic in GF(2^8) on bit planes: bit j of every byte is in plane j.
template <class Plane>
struct Field {
  static void reduce(Plane (&wide)[15], Plane (&out)[8]) {
    for (int k = 14; k >= 8; k--) {
      wide[k - 4] ^= wide[k];
      wide[k - 5] ^= wide[k];
      wide[k - 7] ^= wide[k];
      wide[k - 8] ^= wide[k];
    }
    for (int j = 0; j < 8; j++) out[j] = wide[j];
  }

  static void multiply(const Plane (&a)[8], const Plane (&b)[8], Plane (&out)[8]) {
    Plane wide[15] = {};
    for (int i = 0; i < 8; i++) {
      for (int j = 0; j < 8; j++) wide[i + j] ^= a[i] & b[j];
    }
    reduce(wide, out);
  }

  static void square(const Plane (&a)[8], Plane (&out)[8]) {
    Plane wide[15] = {};
    for (int i = 0; i < 8; i++) wide[2 * i] = a[i];
    reduce(wide, out);
  }

  // The S-box: x^254 = 1/x, then the affine map.
  static void substitute(Plane (&x)[8]) {
    Plane x2[8], x3[8], x12[8], x15[8], x240[8], inverse[8];
    square(x, x2);
    multiply(x2, x, x3);
    square(x3, x12);
    square(x12, x12);
    multiply(x12, x3, x15);
    square(x15, x240);
    for (int i = 0; i < 3; i++) square(x240, x240);
    multiply(x240, x12, inverse);
    multiply(inverse, x2, inverse);
    for (int j = 0; j < 8; j++) {
      x[j] = inverse[j] ^ inverse[(j + 4) % 8] ^ inverse[(j + 5) % 8] ^ inverse[(j + 6) % 8] ^
             inverse[(j + 7) % 8];
      if (0x63 >> j & 1) x[j] = ~x[j];
    }
  }
};

void substitute_word(std::uint8_t (&word)[4]) {
  std::uint32_t planes[8] = {};
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < 8; j++) planes[j] |= static_cast<std::uint32_t>(word[i] >> j & 1) << i;
  }
  Field<std::uint32_t>::substitute(planes);
  for (int i = 0; i < 4; i++) {
    word[i] = 0;
    for (int j = 0; j < 8; j++) word[i] |= static_cast<std::uint8_t>((planes[j] >> i & 1) << j);
  }
  wipe(planes, sizeof planes);
}

// 128 blocks at once; state[p][j] has bit j of byte p of all of them.
using Plane = std::uint64_t __attribute__((vector_size(16)));
constexpr std::size_t kPlainBlocks = 128;

struct PlainState {
  Plane planes[16][8];
};

void add_round_key(PlainState& state, const std::uint8_t* key) {
  for (int p = 0; p < 16; p++) {
    for (int j = 0; j < 8; j++) state.planes[p][j] ^= 0 - static_cast<std::uint64_t>(key[p] >> j & 1);
  }
}

void shift_rows(PlainState& state) {
  const PlainState before = state;
  for (int p = 0; p < 16; p++) {
    std::memcpy(state.planes[p], before.planes[(p + 4 * (p % 4)) % 16], sizeof state.planes[p]);
  }
}

void mix_columns(PlainState& state) {
  for (int column = 0; column < 4; column++) {
    Plane(*bytes)[8] = state.planes + 4 * column;
    Plane sum[8], first[8];
    for (int j = 0; j < 8; j++) {
      sum[j] = bytes[0][j] ^ bytes[1][j] ^ bytes[2][j] ^ bytes[3][j];
      first[j] = bytes[0][j];
    }
    for (int row = 0; row < 4; row++) {
      const Plane* next = row < 3 ? bytes[row + 1] : first;
      Plane pair[8];
      for (int j = 0; j < 8; j++) pair[j] = bytes[row][j] ^ next[j];
      for (int j = 0; j < 8; j++) {
        // The pair times x.
        Plane doubled = pair[(j + 7) % 8];
        if (j != 0 && (0x1b >> j & 1)) doubled ^= pair[7];
        bytes[row][j] ^= sum[j] ^ doubled;
      }
    }
  }
}

void generate_plain(const std::uint8_t* keys, std::uint32_t purpose, std::uint64_t index,
                    std::uint32_t first, std::size_t count, std::uint8_t* out) {
  PlainState state;
  for (std::size_t done = 0; done < count; done += kPlainBlocks) {
    std::uint8_t prefix[12];
    for (int p = 0; p < 8; p++) prefix[p] = static_cast<std::uint8_t>(index >> (8 * p));
    for (int p = 0; p < 4; p++) prefix[8 + p] = static_cast<std::uint8_t>(purpose >> (8 * p));
    std::memset(&state, 0, sizeof state);
    for (int p = 0; p < 12; p++) {
      for (int j = 0; j < 8; j++) state.planes[p][j] -= static_cast<std::uint64_t>(prefix[p] >> j & 1);
    }
    for (std::size_t lane = 0; lane < kPlainBlocks; lane++) {
      const std::uint32_t number = first + static_cast<std::uint32_t>(done + lane);
      for (int bit = 0; bit < 32; bit++) {
        state.planes[12 + bit / 8][bit % 8][lane / 64] |= std::uint64_t{number >> bit & 1}
                                                          << (lane % 64);
      }
    }

    add_round_key(state, keys);
    for (int round = 1; round <= kRounds; round++) {
      for (auto& byte : state.planes) Field<Plane>::substitute(byte);
      shift_rows(state);
      if (round < kRounds) mix_columns(state);
      add_round_key(state, keys + round * AesStream::kBlockBytes);
    }

    const std::size_t blocks = std::min(kPlainBlocks, count - done);
    for (std::size_t lane = 0; lane < blocks; lane++) {
      for (int p = 0; p < 16; p++) {
        std::uint64_t byte = 0;
        for (int j = 0; j < 8; j++) {
          byte |= (state.planes[p][j][lane / 64] >> (lane % 64) & 1) << j;
        }
        out[(done + lane) * AesStream::kBlockBytes + p] = static_cast<std::uint8_t>(byte);
      }
    }
  }
  wipe(&state, sizeof state);
}

using Generate = decltype(&generate_plain);

Generate fastest() {
  if (!has(SOTTO_CPU_AESNI)) return generate_plain;
  if (has(SOTTO_CPU_VAES | SOTTO_CPU_AVX512)) return widest::generate;
  return has(SOTTO_CPU_VAES | SOTTO_CPU_AVX2) ? wide::generate : narrow::generate;
}

}  // namespace

AesStream::AesStream(const std::uint8_t* seed) {
  constexpr int kSeedWords = 8;
  std::memcpy(round_keys_, seed, kSeedBytes);
  std::uint8_t round_constant = 1;
  for (int i = kSeedWords; i < 4 * (kRounds + 1); i++) {
    std::uint8_t word[4];
    std::memcpy(word, round_keys_ + 4 * (i - 1), 4);
    if (i % kSeedWords == 0) {
      std::rotate(word, word + 1, word + 4);
      substitute_word(word);
      word[0] ^= round_constant;
      round_constant = static_cast<std::uint8_t>(round_constant << 1);
    } else if (i % kSeedWords == 4) {
      substitute_word(word);
    }
    for (int j = 0; j < 4; j++) {
      round_keys_[4 * i + j] = round_keys_[4 * (i - kSeedWords) + j] ^ word[j];
    }
  }
}

AesStream::~AesStream() { wipe(round_keys_, sizeof round_keys_); }

void AesStream::generate(std::uint32_t purpose, std::uint64_t index, std::uint32_t first,
                         std::size_t count, void* out) const {
  fastest()(round_keys_, purpose, index, first, count, static_cast<std::uint8_t*>(out));
}

}  // namespace sotto
