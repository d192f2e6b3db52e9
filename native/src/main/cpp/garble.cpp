#include "sotto/garble.h"

#include <immintrin.h>

#include <cstring>
#include <type_traits>

#include "guard.h"
#include "quarters.h"
#include "secure_memory.h"
#include "sotto/cpu.h"

using sotto::guarded;
using sotto::has;
using sotto::require;

// Everything between the two is compiled for these instructions; nobody calls it who has not asked
// for them first. No -m flags, which would leak into inline functions that others share.
#if defined(__clang__)
#define SOTTO_PRAGMA(x) _Pragma(#x)
#define SOTTO_BEGIN_TARGET(features) \
  SOTTO_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define SOTTO_END_TARGET _Pragma("clang attribute pop")
#else
#define SOTTO_PRAGMA(x) _Pragma(#x)
#define SOTTO_BEGIN_TARGET(features) _Pragma("GCC push_options") SOTTO_PRAGMA(GCC target(features))
#define SOTTO_END_TARGET _Pragma("GCC pop_options")
#endif

// Arrays of registers stay in registers within a function only, and compilers don't inline what is long.
// Under AddressSanitizer that would take minutes to compile.
#if defined(__SANITIZE_ADDRESS__)
#define SOTTO_INLINE inline
#else
#define SOTTO_INLINE [[gnu::always_inline]] inline
#endif

namespace {

constexpr int kLabelBytes = 16;
constexpr int kColumns = 128;

constexpr int kScheduleBytes = 11 * kLabelBytes;
// Blocks of 128 transfers at a time, so that the matrix stays in the cache.
constexpr int32_t kStrip = 16;
constexpr int32_t kStripBytes = kStrip * kLabelBytes;

struct Gate {
  int32_t operation;
  int32_t first;
  int32_t second;
  int32_t target;
};

const Gate* gates_of(const sotto_circuit& circuit) { return reinterpret_cast<const Gate*>(circuit.gates); }

// Wires that choose an entry of a table.
struct Choices {
  int32_t first_wire;
  int32_t count;
};

int32_t lanes_of(int32_t n) { return (n + 7) & ~7; }

inline __m128i load128(const uint8_t* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

inline void store128(uint8_t* to, __m128i x) { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), x); }

SOTTO_BEGIN_TARGET("aes")
namespace narrow {

// sigma(left, right) = (left ^ right, left), left being the upper half of a label.
struct V {
  static constexpr int kLabels = 1;
  __m128i x;
  static V load(const uint8_t* from) { return {load128(from)}; }
  static V broadcast(__m128i block) { return {block}; }
  // Blocks of the counters from first on, with the same upper half.
  static V counters(uint64_t first, uint64_t upper = 0) {
    return {_mm_set_epi64x(static_cast<int64_t>(upper), static_cast<int64_t>(first))};
  }
  // All ones in the labels whose number's lowest bit is set.
  static V masks(const uint64_t* numbers) { return {_mm_set1_epi64x(-static_cast<int64_t>(numbers[0] & 1))}; }
  void store(uint8_t* to) const { store128(to, x); }
  // Stores the labels so many bytes apart.
  void scatter(uint8_t* to, int64_t) const { store128(to, x); }
  V operator^(V other) const { return {_mm_xor_si128(x, other.x)}; }
  V operator&(V other) const { return {_mm_and_si128(x, other.x)}; }
  V encrypt_round(V key) const { return {_mm_aesenc_si128(x, key.x)}; }
  V encrypt_last(V key) const { return {_mm_aesenclast_si128(x, key.x)}; }
  V sigma() const {
    return {_mm_xor_si128(_mm_shuffle_epi32(x, 0x4e), _mm_and_si128(x, _mm_set_epi64x(-1, 0)))};
  }
  // The label's words so many places up, with zeros below.
  template <int kWords>
  V words_up() const { return {_mm_slli_si128(x, 4 * kWords)}; }
  // The label's uppermost word in all of its words, with the lowest byte above the others.
  V rotated_top_word() const {
    const __m128i top = _mm_shuffle_epi32(x, 0xff);
    return {_mm_or_si128(_mm_srli_epi32(top, 8), _mm_slli_epi32(top, 24))};
  }
  // All ones where the label's lowest bit is set.
  V colour() const { return {_mm_srai_epi32(_mm_slli_epi32(_mm_shuffle_epi32(x, 0), 31), 31)}; }
};

#include "garble_path.inc"
#include "lookup_path.inc"

}  // namespace narrow
SOTTO_END_TARGET

SOTTO_BEGIN_TARGET("aes,avx2,vaes")
namespace wide {

struct V {
  static constexpr int kLabels = 2;
  __m256i x;
  static V load(const uint8_t* from) {
    return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))};
  }
  static V broadcast(__m128i block) { return {_mm256_broadcastsi128_si256(block)}; }
  static V counters(uint64_t first, uint64_t upper = 0) {
    const auto f = static_cast<int64_t>(first);
    const auto u = static_cast<int64_t>(upper);
    return {_mm256_add_epi64(_mm256_set_epi64x(0, 1, 0, 0), _mm256_set_epi64x(u, f, u, f))};
  }
  static V masks(const uint64_t* numbers) {
    const auto a = -static_cast<int64_t>(numbers[0] & 1);
    const auto b = -static_cast<int64_t>(numbers[1] & 1);
    return {_mm256_set_epi64x(b, b, a, a)};
  }
  void store(uint8_t* to) const { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), x); }
  void scatter(uint8_t* to, int64_t stride) const {
    store128(to, _mm256_castsi256_si128(x));
    store128(to + stride, _mm256_extracti128_si256(x, 1));
  }
  V operator^(V other) const { return {_mm256_xor_si256(x, other.x)}; }
  V operator&(V other) const { return {_mm256_and_si256(x, other.x)}; }
  V encrypt_round(V key) const { return {_mm256_aesenc_epi128(x, key.x)}; }
  V encrypt_last(V key) const { return {_mm256_aesenclast_epi128(x, key.x)}; }
  V sigma() const {
    return {_mm256_xor_si256(_mm256_shuffle_epi32(x, 0x4e),
                             _mm256_and_si256(x, _mm256_set_epi64x(-1, 0, -1, 0)))};
  }
  template <int kWords>
  V words_up() const { return {_mm256_slli_si256(x, 4 * kWords)}; }
  V rotated_top_word() const {
    const __m256i top = _mm256_shuffle_epi32(x, 0xff);
    return {_mm256_or_si256(_mm256_srli_epi32(top, 8), _mm256_slli_epi32(top, 24))};
  }
  V colour() const {
    return {_mm256_srai_epi32(_mm256_slli_epi32(_mm256_shuffle_epi32(x, 0), 31), 31)};
  }
};

#include "garble_path.inc"
#include "lookup_path.inc"

}  // namespace wide
SOTTO_END_TARGET

SOTTO_BEGIN_TARGET("aes,avx2,avx512f,vaes")
namespace widest {

struct V {
  static constexpr int kLabels = 4;
  __m512i x;
  static V load(const uint8_t* from) { return {_mm512_loadu_si512(from)}; }
  static V broadcast(__m128i block) {
    return {_mm512_maskz_broadcast_i32x4(kAll, block)};
  }
  static V counters(uint64_t first, uint64_t upper = 0) {
    const auto f = static_cast<int64_t>(first);
    const auto u = static_cast<int64_t>(upper);
    return {_mm512_add_epi64(_mm512_set_epi64(0, 3, 0, 2, 0, 1, 0, 0), _mm512_set_epi64(u, f, u, f, u, f, u, f))};
  }
  static V masks(const uint64_t* numbers) {
    int64_t m[4];
    for (int i = 0; i < 4; i++) m[i] = -static_cast<int64_t>(numbers[i] & 1);
    return {_mm512_set_epi64(m[3], m[3], m[2], m[2], m[1], m[1], m[0], m[0])};
  }
  void store(uint8_t* to) const { _mm512_storeu_si512(to, x); }
  void scatter(uint8_t* to, int64_t stride) const {
    store128(to, label<0>());
    store128(to + stride, label<1>());
    store128(to + 2 * stride, label<2>());
    store128(to + 3 * stride, label<3>());
  }
  V operator^(V other) const { return {_mm512_xor_si512(x, other.x)}; }
  V operator&(V other) const { return {_mm512_and_si512(x, other.x)}; }
  V encrypt_round(V key) const { return {_mm512_aesenc_epi128(x, key.x)}; }
  V encrypt_last(V key) const { return {_mm512_aesenclast_epi128(x, key.x)}; }
  V sigma() const {
    return {_mm512_xor_si512(shuffle<0x4e>(),
                             _mm512_and_si512(x, _mm512_set_epi64(-1, 0, -1, 0, -1, 0, -1, 0)))};
  }
  template <int kWords>
  V words_up() const {
    constexpr int kOrder = kWords == 1 ? 0x90 : 0x40;
    constexpr __mmask16 kKept = kWords == 1 ? 0xeeee : 0xcccc;
    return {_mm512_maskz_shuffle_epi32(kKept, x, static_cast<_MM_PERM_ENUM>(kOrder))};
  }
  V rotated_top_word() const { return {_mm512_maskz_ror_epi32(kAll, shuffle<0xff>(), 8)}; }
  V colour() const {
    return {_mm512_maskz_srai_epi32(kAll, _mm512_maskz_slli_epi32(kAll, shuffle<0>(), 31), 31)};
  }

 private:
  // The forms with a mask of ones are the same instructions; the others make GCC 12 warn about its
  // own headers.
  static constexpr __mmask16 kAll = 0xffff;

  template <int kPlace>
  __m128i label() const {
    return _mm512_maskz_extracti32x4_epi32(0xf, x, kPlace);
  }

  template <int kOrder>
  __m512i shuffle() const {
    return _mm512_maskz_shuffle_epi32(kAll, x, static_cast<_MM_PERM_ENUM>(kOrder));
  }
};

#include "garble_path.inc"
#include "lookup_path.inc"

}  // namespace widest
SOTTO_END_TARGET

// Label j gets bit j of each of the 128 rows.
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

auto transpose_path() {
  return has(SOTTO_CPU_AVX512 | SOTTO_CPU_GFNI) ? widest::transpose
         : has(SOTTO_CPU_AVX2)                  ? wide::transpose
                                                : narrow::transpose;
}

// The form of a kernel for the widest registers that may be used.
template <class Path>
Path fastest(Path narrow_path, Path wide_path, Path widest_path) {
  return has(SOTTO_CPU_VAES | SOTTO_CPU_AVX512) ? widest_path
         : has(SOTTO_CPU_VAES | SOTTO_CPU_AVX2) ? wide_path
                                                : narrow_path;
}

auto stream_path() { return fastest(narrow::stream, wide::stream, widest::stream); }

template <int kTreeBits>
auto combine_path() {
  return fastest(narrow::combine_leaves<kTreeBits>, wide::combine_leaves<kTreeBits>,
                 widest::combine_leaves<kTreeBits>);
}

// Returns the number of AND gates.
int64_t check_gates(const sotto_circuit& circuit, int32_t n) {
  const int32_t slot_count = circuit.slot_count;
  require(circuit.gate_count >= 0 && slot_count >= 0 && n >= 0, "a negative count");
  int64_t ands = 0;
  for (int32_t g = 0; g < circuit.gate_count; g++) {
    const Gate& gate = gates_of(circuit)[g];
    require(gate.operation >= SOTTO_GATE_XOR && gate.operation <= SOTTO_GATE_NOT,
            "a gate of unknown operation");
    require(gate.first >= 0 && gate.first < slot_count && gate.second >= 0 &&
                gate.second < slot_count && gate.target >= 0 && gate.target < slot_count,
            "a gate's slot is out of range");
    ands += gate.operation == SOTTO_GATE_AND;
  }
  return ands;
}

void check_gates(const sotto_circuit& circuit, int32_t n, int64_t table_bytes) {
  require(check_gates(circuit, n) * 2 * n * kLabelBytes <= table_bytes, "the tables' buffer is too short");
}

}  // namespace

int32_t sotto_garble_available(void) { return has(SOTTO_CPU_AESNI) ? 1 : 0; }

static void require_aes() { require(has(SOTTO_CPU_AESNI), "this machine has no AES instructions"); }

int sotto_garble_generate(const uint8_t* key, int64_t upper, int64_t first_counter, int64_t count, uint8_t* labels) {
  return guarded([&] {
    require_aes();
    stream_path()(key, static_cast<uint64_t>(upper), static_cast<uint64_t>(first_counter), count, labels);
  });
}

int sotto_garble_add_offset(uint8_t* labels, int32_t wires, int32_t lanes, const uint8_t* bits,
                            int64_t row_bytes, const uint8_t* delta) {
  return guarded([&] {
    __m128i offset = load128(delta);
    for (int32_t w = 0; w < wires; w++) {
      const uint8_t* row = bits + w * row_bytes;
      for (int32_t i = 0; i < lanes; i++) {
        __m128i mask = _mm_set1_epi32(-static_cast<int32_t>((row[i >> 3] >> (i & 7)) & 1));
        uint8_t* at = labels + (static_cast<int64_t>(w) * lanes + i) * kLabelBytes;
        store128(at, _mm_xor_si128(load128(at), _mm_and_si128(mask, offset)));
      }
    }
  });
}

int sotto_garble_garble(const sotto_circuit* circuit, int32_t n, uint8_t* slots, const uint8_t* delta,
                        const uint8_t* session_key, int64_t first_gate_id, uint8_t* tables, int64_t table_bytes) {
  return guarded([&] {
    require_aes();
    check_gates(*circuit, n, table_bytes);
    const auto path = fastest(narrow::garble, wide::garble, widest::garble);
    path(*circuit, n, slots, delta, session_key, static_cast<uint64_t>(first_gate_id), tables);
  });
}

int sotto_garble_evaluate(const sotto_circuit* circuit, int32_t n, uint8_t* slots, const uint8_t* session_key,
                          int64_t first_gate_id, const uint8_t* tables, int64_t table_bytes) {
  return guarded([&] {
    require_aes();
    check_gates(*circuit, n, table_bytes);
    const auto path = fastest(narrow::evaluate, wide::evaluate, widest::evaluate);
    path(*circuit, n, slots, session_key, static_cast<uint64_t>(first_gate_id), tables);
  });
}

int sotto_garble_colours(const int32_t* outputs, int32_t output_count, int32_t slot_count, int32_t n,
                         const uint8_t* slots, uint8_t* bits) {
  return guarded([&] {
    int32_t lanes = lanes_of(n);
    for (int32_t k = 0; k < output_count; k++) {
      require(outputs[k] >= 0 && outputs[k] < slot_count, "an output's slot is out of range");
      const uint8_t* labels = slots + static_cast<int64_t>(outputs[k]) * lanes * kLabelBytes;
      for (int32_t i = 0; i < lanes; i += 8) {
        int packed = 0;
        for (int b = 0; b < 8; b++) packed |= (labels[(i + b) * kLabelBytes] & 1) << b;
        if (n - i < 8) packed &= (1 << (n - i)) - 1;
        *bits++ = static_cast<uint8_t>(packed);
      }
    }
  });
}

int sotto_garble_hash(const uint8_t* labels, const uint8_t* offset, const uint8_t* session_key,
                      int64_t id, int32_t n, uint8_t* hashes) {
  return guarded([&] {
    require_aes();
    const auto path = fastest(narrow::hash_all, wide::hash_all, widest::hash_all);
    path(labels, offset, session_key, static_cast<uint64_t>(id), n, hashes);
  });
}

int sotto_garble_extend_receiver(const uint8_t* zero_keys, const uint8_t* one_keys,
                                 int64_t first_block, int32_t blocks, const uint8_t* choices,
                                 uint8_t* request, uint8_t* labels) {
  return guarded([&] {
    require_aes();
    int64_t row_bytes = static_cast<int64_t>(blocks) * kLabelBytes;
    uint64_t counter = static_cast<uint64_t>(first_block);
    const auto stream = stream_path();
    // The matrix T takes the request's place until it has been turned into labels.
    for (int i = 0; i < kColumns; i++) {
      stream(zero_keys + i * kLabelBytes, 0, counter, blocks, request + i * row_bytes);
    }
    transpose_path()(request, row_bytes, blocks, labels);
    sotto::SecretArray<uint8_t> other(row_bytes);
    for (int i = 0; i < kColumns; i++) {
      uint8_t* row = request + i * row_bytes;
      stream(one_keys + i * kLabelBytes, 0, counter, blocks, other.get());
      for (int64_t at = 0; at < row_bytes; at += kLabelBytes) {
        __m128i both = _mm_xor_si128(load128(row + at), load128(other.get() + at));
        store128(row + at, _mm_xor_si128(both, load128(choices + at)));
      }
    }
  });
}

int sotto_garble_extend_sender(const uint8_t* keys, const uint8_t* delta, int64_t first_block,
                               int32_t blocks, const uint8_t* request, uint8_t* labels) {
  return guarded([&] {
    require_aes();
    int64_t row_bytes = static_cast<int64_t>(blocks) * kLabelBytes;
    const auto stream = stream_path();
    sotto::SecretArray<uint8_t> matrix(kColumns * row_bytes);
    for (int i = 0; i < kColumns; i++) {
      uint8_t* column = matrix.get() + i * row_bytes;
      stream(keys + i * kLabelBytes, 0, static_cast<uint64_t>(first_block), blocks, column);
      __m128i mask = _mm_set1_epi32(-static_cast<int32_t>((delta[i >> 3] >> (i & 7)) & 1));
      for (int64_t at = 0; at < row_bytes; at += kLabelBytes) {
        __m128i addend = _mm_and_si128(mask, load128(request + i * row_bytes + at));
        store128(column + at, _mm_xor_si128(load128(column + at), addend));
      }
    }
    transpose_path()(matrix.get(), row_bytes, blocks, labels);
  });
}

namespace {

// SoftSpoken OT: each tree stands for so many bits of the offset and as many columns.
struct Trees {
  explicit Trees(int32_t tree_bits) : bits(tree_bits), leaves(1 << (tree_bits & 15)) {
    require(bits == 2 || bits == 4 || bits == 8, "trees of 2, 4 or 8 bits only");
    count = kColumns / bits;
  }

  auto combine() const {
    return bits == 2 ? combine_path<2>() : bits == 4 ? combine_path<4>() : combine_path<8>();
  }

  int bits;
  int leaves;
  int count;
};

}  // namespace

int sotto_garble_trees_expand(int32_t tree_bits, const uint8_t* leaves, uint8_t* schedules) {
  return guarded([&] {
    require_aes();
    const Trees trees(tree_bits);
    fastest(narrow::expand_keys, wide::expand_keys, widest::expand_keys)(
        leaves, trees.count * trees.leaves, schedules);
  });
}

namespace {

// The matrix of a strip of blocks, from a tree's columns to the next, and what it takes to make it.
struct StripMatrix {
  explicit StripMatrix(const Trees& trees)
      : bits(trees.bits), streams(static_cast<std::size_t>(trees.leaves) * kStripBytes) {}

  int bits;
  sotto::SecretArray<uint8_t> rows{kColumns * kStripBytes};
  sotto::SecretArray<uint8_t> streams;
  sotto::SecretArray<uint8_t> sum{kStripBytes};

  uint8_t* tree(int t) { return rows.get() + t * bits * kStripBytes; }
};

inline void add_row(uint8_t* row, const uint8_t* addend, __m128i mask, int32_t bytes) {
  for (int32_t i = 0; i < bytes; i += kLabelBytes) {
    store128(row + i, _mm_xor_si128(load128(row + i), _mm_and_si128(mask, load128(addend + i))));
  }
}

}  // namespace

int sotto_garble_trees_receiver(int32_t tree_bits, const uint8_t* schedules, int64_t salt, int64_t first_block,
                                int32_t blocks, const uint8_t* choices, uint8_t* request, uint8_t* labels) {
  return guarded([&] {
    require_aes();
    const Trees trees(tree_bits);
    const auto combine = trees.combine();
    const auto transpose = transpose_path();
    const int64_t row_bytes = static_cast<int64_t>(blocks) * kLabelBytes;
    StripMatrix strip(trees);
    for (int32_t start = 0; start < blocks; start += kStrip) {
      const int32_t n = blocks - start < kStrip ? blocks - start : kStrip;
      const int64_t at = static_cast<int64_t>(start) * kLabelBytes;
      for (int t = 0; t < trees.count; t++) {
        combine(schedules + t * trees.leaves * kScheduleBytes, static_cast<uint64_t>(salt) + t,
                static_cast<uint64_t>(first_block) + start, strip.streams.get(), strip.tree(t), strip.sum.get());
        uint8_t* row = request + t * row_bytes + at;
        std::memcpy(row, choices + at, static_cast<size_t>(n) * kLabelBytes);
        add_row(row, strip.sum.get(), _mm_set1_epi32(-1), n * kLabelBytes);
      }
      transpose(strip.rows.get(), kStripBytes, n, labels + at * kColumns);
    }
  });
}

int sotto_garble_trees_sender(int32_t tree_bits, const uint8_t* schedules, const uint8_t* delta,
                              int64_t salt, int64_t first_block, int32_t blocks, const uint8_t* request,
                              uint8_t* labels) {
  return guarded([&] {
    require_aes();
    const Trees trees(tree_bits);
    const auto combine = trees.combine();
    const auto transpose = transpose_path();
    const int64_t row_bytes = static_cast<int64_t>(blocks) * kLabelBytes;
    StripMatrix strip(trees);
    for (int32_t start = 0; start < blocks; start += kStrip) {
      const int32_t n = blocks - start < kStrip ? blocks - start : kStrip;
      const int64_t at = static_cast<int64_t>(start) * kLabelBytes;
      for (int t = 0; t < trees.count; t++) {
        combine(schedules + t * trees.leaves * kScheduleBytes, static_cast<uint64_t>(salt) + t,
                static_cast<uint64_t>(first_block) + start, strip.streams.get(), strip.tree(t), strip.sum.get());
        for (int j = 0; j < trees.bits; j++) {
          const int column = t * trees.bits + j;
          const __m128i mask =
              _mm_set1_epi32(-static_cast<int32_t>((delta[column >> 3] >> (column & 7)) & 1));
          add_row(strip.tree(t) + j * kStripBytes, request + t * row_bytes + at, mask, n * kLabelBytes);
        }
      }
      transpose(strip.rows.get(), kStripBytes, n, labels + at * kColumns);
    }
  });
}

namespace {

void check_block(int32_t size, int32_t block) {
  require_aes();
  require(size >= 0 && block > 0 && block % 8 == 0, "a block that is no multiple of 8");
}

void check_products(const sotto_product_run& run) {
  check_block(run.size, run.block);
  require(run.width >= 1 && run.width <= 62, "a product's width out of range");
}

// Of all entries if delta is given, else of the chosen ones.
void pads(const sotto_lookup_transfers& transfers, const Choices& choices, const uint8_t* delta, uint64_t* out) {
  check_block(transfers.size, transfers.block);
  require(transfers.wires >= 0 && choices.first_wire >= 0 && choices.count >= 1 &&
              choices.count <= narrow::kMaxChoices && choices.first_wire <= transfers.wires - choices.count,
          "a table's choices are out of range");
  fastest(narrow::lookup_pads, wide::lookup_pads, widest::lookup_pads)(transfers, choices, delta, out);
}

}  // namespace

int sotto_lookup_pads(const sotto_lookup_transfers* transfers, int32_t first_wire, int32_t choices,
                      const uint8_t* delta, uint64_t* out) {
  return guarded([&] { pads(*transfers, {first_wire, choices}, delta, out); });
}

int sotto_lookup_chosen_pads(const sotto_lookup_transfers* transfers, int32_t first_wire, int32_t choices,
                             uint64_t* out) {
  return guarded([&] { pads(*transfers, {first_wire, choices}, nullptr, out); });
}

int sotto_product_own(const sotto_product_run* run, const uint8_t* offset, const uint8_t* labels,
                      const uint8_t* bits, const uint64_t* factors, uint64_t* corrections, uint64_t* results) {
  return guarded([&] {
    check_products(*run);
    fastest(narrow::product_own, wide::product_own, widest::product_own)(
        *run, offset, labels, bits, factors, corrections, results);
  });
}

int sotto_product_take(const sotto_product_run* run, const uint8_t* labels, const uint8_t* bits,
                       const uint64_t* corrections, uint64_t* results) {
  return guarded([&] {
    check_products(*run);
    fastest(narrow::product_take, wide::product_take, widest::product_take)(*run, labels, bits, corrections, results);
  });
}
