#include "sotto/linear.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "guard.h"
#include "modular.h"
#include "sotto/cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define SOTTO_LINEAR_X86 1
#endif

// A dense integer matrix product. A residue is split into 30-bit halves that sit in the two halves
// of one 64-bit lane, so that a 32x32->64 multiplication a half gives exact signed products below
// 2^50; 2^12 of them stay below 2^62 and are then reduced.
//
// Tiles: kTileColumns coefficients of kTileRows input rows (64 KB, repacked once for kTileOutputs
// outputs) stay in the second-level cache, one panel of a vector's width of it (4 KB or 8 KB) in
// the first.

namespace sotto {
namespace {

constexpr std::int64_t kTileColumns = 64;
constexpr std::int64_t kTileRows = 128;
constexpr std::int64_t kTileOutputs = 64;
constexpr std::int64_t kRowsPerReduction = 1 << 12;
constexpr int kHalfBits = 30;

static_assert(kRowsPerReduction % kTileRows == 0, "reductions happen between tiles");

struct Scratch {
  alignas(64) std::uint64_t tile[kTileRows * kTileColumns];
  alignas(64) std::int64_t low[kTileOutputs * kTileColumns];
  alignas(64) std::int64_t high[kTileOutputs * kTileColumns];
  alignas(64) std::uint64_t sums[kTileOutputs * kTileColumns];
};

using TileFill = void (*)(std::uint64_t* tile, const std::uint64_t* in, std::int64_t n,
                          const std::int32_t* refs, std::int64_t rows, std::int64_t column,
                          std::int64_t columns);

using TileProduct = void (*)(const std::uint64_t* tile, std::int64_t rows,
                             const std::int32_t* weights, std::int64_t stride, std::int64_t outputs,
                             std::int64_t* low, std::int64_t* high);

#define SOTTO_LINEAR_TARGET
namespace plain {
constexpr int kLanes = 2;
struct Vector {
  std::int64_t lane[kLanes];
};
inline Vector load(const void* from) {
  Vector v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
inline void store(std::int64_t* to, Vector v) { std::memcpy(to, &v, sizeof v); }
inline Vector zero() { return Vector{{0, 0}}; }
inline Vector broadcast(std::int32_t w) { return Vector{{w, w}}; }
inline Vector upper(Vector v) {
  for (std::int64_t& x : v.lane) x = static_cast<std::int64_t>(static_cast<std::uint64_t>(x) >> 32);
  return v;
}
inline Vector add(Vector a, Vector b) {
  for (int i = 0; i < kLanes; i++) a.lane[i] += b.lane[i];
  return a;
}
inline Vector multiply_low(Vector a, Vector b) {
  for (int i = 0; i < kLanes; i++)
    a.lane[i] =
        std::int64_t{static_cast<std::int32_t>(a.lane[i])} * static_cast<std::int32_t>(b.lane[i]);
  return a;
}
#include "linear_tile.inc"
}  // namespace plain
#undef SOTTO_LINEAR_TARGET

#if defined(SOTTO_LINEAR_X86)
#define SOTTO_LINEAR_TARGET __attribute__((target("avx2")))
namespace avx2 {
constexpr int kLanes = 4;
using Vector = __m256i;
SOTTO_LINEAR_TARGET inline Vector load(const void* from) {
  return _mm256_load_si256(static_cast<const __m256i*>(from));
}
SOTTO_LINEAR_TARGET inline void store(std::int64_t* to, Vector v) {
  _mm256_store_si256(reinterpret_cast<__m256i*>(to), v);
}
SOTTO_LINEAR_TARGET inline Vector zero() { return _mm256_setzero_si256(); }
SOTTO_LINEAR_TARGET inline Vector broadcast(std::int32_t w) { return _mm256_set1_epi32(w); }
SOTTO_LINEAR_TARGET inline Vector upper(Vector v) { return _mm256_srli_epi64(v, 32); }
SOTTO_LINEAR_TARGET inline Vector add(Vector a, Vector b) { return _mm256_add_epi64(a, b); }
SOTTO_LINEAR_TARGET inline Vector multiply_low(Vector a, Vector b) {
  return _mm256_mul_epi32(a, b);
}
#include "linear_tile.inc"
}  // namespace avx2
#undef SOTTO_LINEAR_TARGET

#define SOTTO_LINEAR_TARGET __attribute__((target("avx512f")))
namespace avx512 {
constexpr int kLanes = 8;
using Vector = __m512i;
SOTTO_LINEAR_TARGET inline Vector load(const void* from) { return _mm512_load_si512(from); }
SOTTO_LINEAR_TARGET inline void store(std::int64_t* to, Vector v) { _mm512_store_si512(to, v); }
SOTTO_LINEAR_TARGET inline Vector zero() { return _mm512_setzero_si512(); }
SOTTO_LINEAR_TARGET inline Vector broadcast(std::int32_t w) { return _mm512_set1_epi32(w); }
// The unmasked shift expands to an uninitialised pass-through operand that GCC 12 warns about.
SOTTO_LINEAR_TARGET inline Vector upper(Vector v) { return _mm512_maskz_srli_epi64(0xff, v, 32); }
SOTTO_LINEAR_TARGET inline Vector add(Vector a, Vector b) { return _mm512_add_epi64(a, b); }
SOTTO_LINEAR_TARGET inline Vector multiply_low(Vector a, Vector b) {
  return _mm512_maskz_mul_epi32(0xff, a, b);
}
#include "linear_tile.inc"
}  // namespace avx512
#undef SOTTO_LINEAR_TARGET
#endif

struct Path {
  TileFill fill;
  TileProduct product;
};

Path select() {
#if defined(SOTTO_LINEAR_X86)
  if (has(SOTTO_CPU_AVX512)) return {avx512::fill_tile, avx512::tile_product};
  if (has(SOTTO_CPU_AVX2)) return {avx2::fill_tile, avx2::tile_product};
#endif
  return {plain::fill_tile, plain::tile_product};
}

// Adds low + 2^30 * high to the sums modulo q and clears both. Each is above -2^62 and below 2^62.
void reduce(Scratch& s, std::int64_t count, std::uint64_t q, const Reducer& reducer,
            const ConstantMultiplier& half) {
  // A multiple of q that makes them non-negative and below 2^63 + 2^60.
  const std::uint64_t offset = ((std::uint64_t{1} << 62) / q + 1) * q;
  for (std::int64_t i = 0; i < count; i++) {
    std::uint64_t low = reducer.reduce(static_cast<std::uint64_t>(s.low[i]) + offset);
    std::uint64_t high =
        half.multiply(reducer.reduce(static_cast<std::uint64_t>(s.high[i]) + offset));
    s.sums[i] = add_mod(s.sums[i], add_mod(low, high, q), q);
  }
  std::fill_n(s.low, count, 0);
  std::fill_n(s.high, count, 0);
}

class AlignedScratch {
 public:
  AlignedScratch() : memory_(::operator new(sizeof(Scratch), std::align_val_t{64})) {}
  ~AlignedScratch() { ::operator delete(memory_, std::align_val_t{64}); }
  AlignedScratch(const AlignedScratch&) = delete;
  AlignedScratch& operator=(const AlignedScratch&) = delete;
  Scratch& get() { return *static_cast<Scratch*>(memory_); }

 private:
  void* memory_;
};

void accumulate(std::uint64_t q, const std::uint64_t* in, std::int64_t n, const std::int32_t* refs,
                std::int64_t k, const std::int32_t* weights, std::int64_t m, std::uint64_t* out) {
  AlignedScratch memory;
  Scratch& s = memory.get();
  const Path chosen = select();
  const Reducer reducer(q);
  const ConstantMultiplier half(reducer.reduce(std::uint64_t{1} << kHalfBits), q);

  for (std::int64_t column = 0; column < n; column += kTileColumns) {
    const std::int64_t columns = std::min(kTileColumns, n - column);
    for (std::int64_t output = 0; output < m; output += kTileOutputs) {
      const std::int64_t outputs = std::min(kTileOutputs, m - output);
      const std::int64_t count = outputs * kTileColumns;
      std::fill_n(s.low, count, 0);
      std::fill_n(s.high, count, 0);
      std::fill_n(s.sums, count, 0);
      for (std::int64_t row = 0; row < k; row += kTileRows) {
        const std::int64_t rows = std::min(kTileRows, k - row);
        chosen.fill(s.tile, in, n, refs + row, rows, column, columns);
        chosen.product(s.tile, rows, weights + output * k + row, k, outputs, s.low, s.high);
        if ((row + kTileRows) % kRowsPerReduction == 0) reduce(s, count, q, reducer, half);
      }
      reduce(s, count, q, reducer, half);
      for (std::int64_t o = 0; o < outputs; o++) {
        std::memcpy(out + (output + o) * n + column, s.sums + o * kTileColumns,
                    static_cast<std::size_t>(columns) * sizeof(std::uint64_t));
      }
    }
  }
}

constexpr std::int32_t kWeightBound = 1 << 20;

bool refs_fit(const std::int32_t* refs, std::int64_t k, std::int64_t rows) {
  for (std::int64_t i = 0; i < k; i++) {
    if (refs[i] < -1 || refs[i] >= rows) return false;
  }
  return true;
}

// Looks at all of them: where the first bad one is, is nobody's business.
bool weights_fit(const std::int32_t* weights, std::int64_t count) {
  std::uint32_t excess = 0;
  for (std::int64_t i = 0; i < count; i++) {
    // 1 to 2^21 - 1 for good ones.
    std::uint32_t shifted = static_cast<std::uint32_t>(weights[i]) + kWeightBound;
    excess |= shifted >> 21 | static_cast<std::uint32_t>(shifted == 0);
  }
  return excess == 0;
}

}  // namespace
}  // namespace sotto

int sotto_linear_accumulate(uint64_t q, const uint64_t* in, int64_t rows, int64_t n,
                            const int32_t* refs, int64_t k, const int32_t* weights, int64_t m,
                            uint64_t* out) {
  return sotto::guarded([&] {
    sotto::require((q & 1) == 1 && q > 1 && q >> 60 == 0, "the modulus must be odd and below 2^60");
    sotto::require(rows >= 0 && n >= 0 && k >= 0 && m >= 0, "a negative size");
    sotto::require(sotto::refs_fit(refs, k, rows), "a reference to a row that isn't there");
    sotto::require(sotto::weights_fit(weights, m * k), "a weight of more than 20 bits and a sign");
    sotto::accumulate(q, in, n, refs, k, weights, m, out);
  });
}
