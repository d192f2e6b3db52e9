#include "sotto/linear.h"

#include <immintrin.h>

#include <cstring>

#include "ground/guard.h"
#include "numbers/linear_product.h"
#include "sotto/cpu.h"

namespace sotto {
namespace linear {
namespace {

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
#include "numbers/linear_halves.inc"
}  // namespace plain
#undef SOTTO_LINEAR_TARGET

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
#include "numbers/linear_halves.inc"
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
#include "numbers/linear_halves.inc"
}  // namespace avx512
#undef SOTTO_LINEAR_TARGET

#define SOTTO_LINEAR_TARGET __attribute__((target("avx512f,avx512ifma")))
namespace ifma {
using avx512::add;
using avx512::kLanes;
using avx512::load;
using avx512::store;
using avx512::Vector;
using avx512::zero;
SOTTO_LINEAR_TARGET inline Vector broadcast(std::uint64_t w) {
  return _mm512_set1_epi64(static_cast<std::int64_t>(w));
}
SOTTO_LINEAR_TARGET inline Vector add_low(Vector sum, Vector a, Vector b) {
  return _mm512_madd52lo_epu64(sum, a, b);
}
SOTTO_LINEAR_TARGET inline Vector add_high(Vector sum, Vector a, Vector b) {
  return _mm512_madd52hi_epu64(sum, a, b);
}
#include "numbers/linear_whole.inc"
}  // namespace ifma
#undef SOTTO_LINEAR_TARGET

Path select(std::uint64_t q) {
  if (has(SOTTO_CPU_AVX512IFMA) && q >> ifma::kPath.low_bits == 0) return ifma::kPath;
  if (has(SOTTO_CPU_AVX512)) return avx512::kPath;
  if (has(SOTTO_CPU_AVX2)) return avx2::kPath;
  return plain::kPath;
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
}  // namespace linear
}  // namespace sotto

int sotto_linear_accumulate(const sotto_linear_product* product, const uint64_t* in, const int32_t* refs,
                            const int32_t* weights, uint64_t* out) {
  return sotto::guarded([&] {
    const auto [q, rows, n, k, m] = *product;
    sotto::require((q & 1) == 1 && q > 1 && q >> 60 == 0, "the modulus must be odd and below 2^60");
    sotto::require(rows >= 0 && n >= 0 && k >= 0 && m >= 0, "a negative size");
    sotto::require(sotto::linear::refs_fit(refs, k, rows), "a reference to a row that isn't there");
    sotto::require(sotto::linear::weights_fit(weights, m * k), "a weight of more than 20 bits and a sign");
    sotto::linear::accumulate(sotto::linear::select(q), *product, in, refs, weights, out);
  });
}
