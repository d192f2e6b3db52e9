#include "ckks/embedding.h"

#include <immintrin.h>

#include <cmath>
#include <memory>
#include <mutex>

#include "ground/guard.h"
#include "numbers/modular.h"
#include "sotto/cpu.h"


namespace sotto {
namespace {

constexpr std::size_t kLanes = Embedding::kLanes;
constexpr std::size_t kStride = Embedding::kStride;
constexpr int kMinLogDegree = 4;
constexpr int kMaxLogDegree = 15;

#define SOTTO_EMBEDDING_TARGET
namespace plain {
constexpr std::size_t kWidth = 1;
using Vector = double;
inline Vector load(const double* from) { return *from; }
inline void store(double* to, Vector v) { *to = v; }
inline Vector broadcast(double x) { return x; }
inline Vector add(Vector a, Vector b) { return a + b; }
inline Vector sub(Vector a, Vector b) { return a - b; }
inline Vector mul(Vector a, Vector b) { return a * b; }
inline Vector negated(Vector a) { return -a; }
inline Vector fma(Vector a, Vector b, Vector c) { return std::fma(a, b, c); }
#include "ckks/embedding_path.inc"
}  // namespace plain
#undef SOTTO_EMBEDDING_TARGET

#define SOTTO_EMBEDDING_TARGET __attribute__((target("avx2,fma")))
namespace avx2 {
constexpr std::size_t kWidth = 4;
using Vector = __m256d;
SOTTO_EMBEDDING_TARGET inline Vector load(const double* from) { return _mm256_load_pd(from); }
SOTTO_EMBEDDING_TARGET inline void store(double* to, Vector v) { _mm256_store_pd(to, v); }
SOTTO_EMBEDDING_TARGET inline Vector broadcast(double x) { return _mm256_set1_pd(x); }
SOTTO_EMBEDDING_TARGET inline Vector add(Vector a, Vector b) { return _mm256_add_pd(a, b); }
SOTTO_EMBEDDING_TARGET inline Vector sub(Vector a, Vector b) { return _mm256_sub_pd(a, b); }
SOTTO_EMBEDDING_TARGET inline Vector mul(Vector a, Vector b) { return _mm256_mul_pd(a, b); }
SOTTO_EMBEDDING_TARGET inline Vector negated(Vector a) {
  return _mm256_xor_pd(a, _mm256_set1_pd(-0.0));
}
SOTTO_EMBEDDING_TARGET inline Vector fma(Vector a, Vector b, Vector c) {
  return _mm256_fmadd_pd(a, b, c);
}
#include "ckks/embedding_path.inc"
}  // namespace avx2
#undef SOTTO_EMBEDDING_TARGET

#define SOTTO_EMBEDDING_TARGET __attribute__((target("avx512f")))
namespace avx512 {
constexpr std::size_t kWidth = 8;
using Vector = __m512d;
SOTTO_EMBEDDING_TARGET inline Vector load(const double* from) { return _mm512_load_pd(from); }
SOTTO_EMBEDDING_TARGET inline void store(double* to, Vector v) { _mm512_store_pd(to, v); }
SOTTO_EMBEDDING_TARGET inline Vector broadcast(double x) { return _mm512_set1_pd(x); }
SOTTO_EMBEDDING_TARGET inline Vector add(Vector a, Vector b) { return _mm512_add_pd(a, b); }
SOTTO_EMBEDDING_TARGET inline Vector sub(Vector a, Vector b) { return _mm512_sub_pd(a, b); }
SOTTO_EMBEDDING_TARGET inline Vector mul(Vector a, Vector b) { return _mm512_mul_pd(a, b); }
SOTTO_EMBEDDING_TARGET inline Vector negated(Vector a) {
  return _mm512_castsi512_pd(_mm512_xor_si512(_mm512_castpd_si512(a),
                                              _mm512_castpd_si512(_mm512_set1_pd(-0.0))));
}
SOTTO_EMBEDDING_TARGET inline Vector fma(Vector a, Vector b, Vector c) {
  return _mm512_fmadd_pd(a, b, c);
}
#include "ckks/embedding_path.inc"
}  // namespace avx512
#undef SOTTO_EMBEDDING_TARGET

using Walk = void (*)(double*, std::size_t, const double*, std::size_t);

struct Path {
  Walk to_slots;
  Walk from_slots;
};

Path select() {
  if (has(SOTTO_CPU_AVX512)) return {avx512::to_slots, avx512::from_slots};
  if (has(SOTTO_CPU_AVX2) && __builtin_cpu_supports("fma")) {
    return {avx2::to_slots, avx2::from_slots};
  }
  return {plain::to_slots, plain::from_slots};
}

// Cosines and sines in fixed point, numbers below 2 in units of 2^-127, with errors of a few units.
constexpr int kPoint = 127;

uint128 fixed(std::uint64_t high, std::uint64_t low) { return uint128{high} << 64 | low; }

uint128 multiplied(uint128 a, uint128 b) {
  const std::uint64_t a1 = static_cast<std::uint64_t>(a >> 64), a0 = static_cast<std::uint64_t>(a);
  const std::uint64_t b1 = static_cast<std::uint64_t>(b >> 64), b0 = static_cast<std::uint64_t>(b);
  const uint128 middle = (uint128{a0} * b0 >> 64) + static_cast<std::uint64_t>(uint128{a1} * b0) +
                         static_cast<std::uint64_t>(uint128{a0} * b1);
  const uint128 high = uint128{a1} * b1 + (uint128{a1} * b0 >> 64) + (uint128{a0} * b1 >> 64) +
                       (middle >> 64);
  return high << (128 - kPoint) | (middle << 64 >> 127 & 1);
}

// The series from x^first / first! on, every second term, signs alternating.
uint128 series(uint128 x, unsigned first) {
  const uint128 square = multiplied(x, x);
  uint128 term = first == 0 ? uint128{1} << kPoint : x;
  uint128 total = 0;
  for (unsigned k = first; term != 0; k += 2) {
    total = (k / 2) % 2 == 0 ? total + term : total - term;
    term = multiplied(term, square) / ((k + 1) * (k + 2));
  }
  return total;
}

void to_double_word(uint128 x, bool negative, double* out) {
  // The top 53 bits, then the rest, which has fewer than 128 - 53 and is rounded once.
  const int top = x >> 64 != 0 ? 64 + 63 - __builtin_clzll(static_cast<std::uint64_t>(x >> 64))
                  : x != 0     ? 63 - __builtin_clzll(static_cast<std::uint64_t>(x))
                               : 0;
  const int cut = top > 52 ? top - 52 : 0;
  const double high = std::ldexp(static_cast<double>(static_cast<std::uint64_t>(x >> cut)),
                                 cut - kPoint);
  const uint128 rest = x - (x >> cut << cut);
  const double low = std::ldexp(static_cast<double>(rest), -kPoint);
  const double sum = high + low;
  const double error = low - (sum - high);
  out[0] = negative ? -sum : sum;
  out[1] = negative ? -error : error;
}

// exp(2 pi i t / count) for count a power of two, 8 at least.
void root_of_unity(std::uint64_t t, std::uint64_t count, double* out) {
  const std::uint64_t eighth = count / 8;
  const std::uint64_t octant = t / eighth % 8;
  const std::uint64_t rest = t % eighth;
  // In odd octants the angle to the octant's end, so that it is at most pi/4.
  const std::uint64_t part = octant % 2 == 0 ? rest : eighth - rest;
  const uint128 quarter_pi = fixed(0x6487ed5110b4611aULL, 0x62633145c06e0e69ULL);
  const uint128 angle = quarter_pi / eighth * part + quarter_pi % eighth * part / eighth;
  const uint128 cosine = series(angle, 0);
  const uint128 sine = series(angle, 1);
  const bool swapped = ((octant + 1) / 2) % 2 == 1;
  to_double_word(swapped ? sine : cosine, octant >= 2 && octant < 6, out);
  to_double_word(swapped ? cosine : sine, octant >= 4, out + 2);
}

}  // namespace

Embedding::Embedding(int log_degree)
    : n_(std::size_t{1} << (log_degree - 1)), factors_(new double[4 * n_]()) {
  // Node i's polynomial is X^m - exp(2 pi i t / 4n), the root's t is n; its factor has half of that
  // angle, the right child the angle of the factor plus pi. Twice the angles keep them integers.
  std::unique_ptr<std::uint64_t[]> angles(new std::uint64_t[2 * n_]());
  angles[1] = 2 * n_;
  for (std::size_t node = 1; node < n_; node++) {
    const std::uint64_t half = angles[node] / 2;
    root_of_unity(half, 8 * n_, factors_ + 4 * node);
    angles[2 * node] = half;
    angles[2 * node + 1] = half + 4 * n_;
  }
}

const Embedding& Embedding::of(int log_degree) {
  require(log_degree >= kMinLogDegree && log_degree <= kMaxLogDegree,
          "there is no embedding for this degree");
  static std::once_flag made[kMaxLogDegree + 1];
  static const Embedding* known[kMaxLogDegree + 1];
  std::call_once(made[log_degree], [&] { known[log_degree] = new Embedding(log_degree); });
  return *known[log_degree];
}

void Embedding::to_slots(double* values) const { select().to_slots(values, n_, factors_, 1); }

void Embedding::from_slots(double* values) const { select().from_slots(values, n_, factors_, 1); }

}  // namespace sotto
