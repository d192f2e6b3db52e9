// Slots in double-double arithmetic against 113-bit floating point, and every path against the plain
// one, bit for bit.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "ckks/embedding.h"
#include "sotto/cpu.h"

namespace {

using sotto::Embedding;

constexpr std::uint64_t kSeed = 20261121;
constexpr std::size_t kLanes = Embedding::kLanes;
constexpr std::size_t kStride = Embedding::kStride;
std::mt19937_64 random_bits(kSeed);

void check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "failed: %s (seed %llu)\n", what, static_cast<unsigned long long>(kSeed));
  std::exit(1);
}

std::vector<double> random_values(const Embedding& embedding) {
  std::vector<double> values(embedding.doubles() + 8);
  const std::size_t skip = (64 - reinterpret_cast<std::uintptr_t>(values.data()) % 64) / 8;
  for (std::size_t j = 0; j < embedding.slots(); j++) {
    for (std::size_t lane = 0; lane < kLanes; lane++) {
      for (std::size_t part : {0u, 2u}) {
        double* at = values.data() + skip + j * kStride + part * kLanes + lane;
        at[0] = static_cast<double>(static_cast<std::int64_t>(random_bits()) >> 11) * 0x1p47;
        at[kLanes] = static_cast<double>(static_cast<std::int64_t>(random_bits()) >> 18);
      }
    }
  }
  return values;
}

double* aligned(std::vector<double>& values) {
  return values.data() + (64 - reinterpret_cast<std::uintptr_t>(values.data()) % 64) / 8;
}

void paths(const Embedding& embedding) {
  const std::vector<double> start = random_values(embedding);
  std::vector<double> expected_slots, expected_back;
  for (std::uint32_t features : {0u, static_cast<std::uint32_t>(SOTTO_CPU_AVX2), ~0u}) {
    sotto_cpu_restrict(features);
    std::vector<double> memory(start.size());
    double* values = aligned(memory);
    std::memcpy(values, const_cast<double*>(start.data()) +
                            (64 - reinterpret_cast<std::uintptr_t>(start.data()) % 64) / 8,
                embedding.doubles() * sizeof(double));
    embedding.to_slots(values);
    std::vector<double> slots(values, values + embedding.doubles());
    embedding.from_slots(values);
    std::vector<double> back(values, values + embedding.doubles());
    if (features == 0) {
      expected_slots = slots;
      expected_back = back;
    }
    check(std::memcmp(slots.data(), expected_slots.data(), slots.size() * sizeof(double)) == 0,
          "every path gives the same slots");
    check(std::memcmp(back.data(), expected_back.data(), back.size() * sizeof(double)) == 0,
          "every path gives the same coefficients");
  }
  sotto_cpu_restrict(~0u);
}

#if defined(__SIZEOF_FLOAT128__)

using Real = __float128;

struct Complex {
  Real re, im;
};

Complex times(Complex a, Complex b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

Real root(Real x) {
  Real r = static_cast<Real>(__builtin_sqrt(static_cast<double>(x)));
  for (int i = 0; i < 4; i++) r = (r + x / r) / 2;
  return r;
}

// exp(2 pi i / 2^log), by halving angles.
Complex root_of_unity(int log) {
  if (log == 1) return {-1, 0};
  Complex z = {0, 1};
  for (int i = 2; i < log; i++) {
    const Real c = root((1 + z.re) / 2);
    z = {c, z.im / (2 * c)};
  }
  return z;
}

std::size_t reversed(std::size_t k, int bits) {
  std::size_t r = 0;
  for (int i = 0; i < bits; i++) r |= (k >> i & 1) << (bits - 1 - i);
  return r;
}

Real magnitude(Real x) { return x < 0 ? -x : x; }

Real value(const double* at) { return static_cast<Real>(at[0]) + static_cast<Real>(at[kLanes]); }

void oracle(const Embedding& embedding, int log_degree) {
  const std::size_t n = embedding.slots();
  const std::vector<double> start = random_values(embedding);
  std::vector<double> memory(start.size());
  double* values = aligned(memory);
  const double* from = start.data() +
                       (64 - reinterpret_cast<std::uintptr_t>(start.data()) % 64) / 8;
  std::memcpy(values, from, embedding.doubles() * sizeof(double));
  embedding.to_slots(values);
  std::vector<Complex> powers;  // of zeta, 2^i for i = 0, 1, ...
  for (int log = log_degree + 1; log > 0; log--) powers.push_back(root_of_unity(log));
  for (int round = 0; round < 10; round++) {
    const std::size_t k = random_bits() % n;
    const std::size_t lane = random_bits() % kLanes;
    const std::size_t t = 1 + 4 * reversed(k, log_degree - 1);
    Complex sum = {0, 0};
    for (std::size_t j = 0; j < n; j++) {
      Complex term = {value(from + j * kStride + lane), value(from + j * kStride + 2 * kLanes + lane)};
      for (std::size_t i = 0; i < powers.size(); i++) {
        if (t * j >> i & 1) term = times(term, powers[i]);
      }
      sum = {sum.re + term.re, sum.im + term.im};
    }
    // Coefficients are below 2^100. SlotShareBound counts with 64 times this.
    const Real bound = static_cast<Real>(0x1p100) * static_cast<Real>(2 * n) * 0x1p-104;
    const double* at = values + k * kStride + lane;
    check(magnitude(value(at) - sum.re) < bound, "a slot's real part");
    check(magnitude(value(at + 2 * kLanes) - sum.im) < bound, "a slot's imaginary part");
  }
  embedding.from_slots(values);
  for (std::size_t i = 0; i < embedding.doubles(); i += kLanes) {
    const std::size_t part = i / kLanes % 4;
    if (part % 2 == 1) continue;
    for (std::size_t lane = 0; lane < kLanes; lane++) {
      const Real back = value(values + i + lane) / static_cast<Real>(n);
      check(magnitude(back - value(from + i + lane)) < static_cast<Real>(0x1p2) * 0x1p8,
            "coefficients come back");
    }
  }
}

#else

void oracle(const Embedding&, int) {}

#endif

}  // namespace

int main() {
  for (int log_degree : {4, 5, 9, 13, 15}) {
    const Embedding& embedding = Embedding::of(log_degree);
    paths(embedding);
    oracle(embedding, log_degree);
  }
  std::printf("the embedding is exact to its bound on every path\n");
  return 0;
}
