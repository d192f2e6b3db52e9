// The matrix product against plain 128-bit arithmetic, on every path of this machine, and by
// multiplications of 52 bits, whose instructions few machines have, with plain arithmetic in their place;
// run it under the sanitizers.

#include <random>
#include <vector>

#include "check.h"
#include "numbers/linear_product.h"
#include "numbers/random_words.h"
#include "sotto/cpu.h"

namespace sotto::linear {
namespace {

#define SOTTO_LINEAR_TARGET
namespace emulated {
constexpr int kLanes = 8;
struct Vector {
  std::uint64_t lane[kLanes];
};
constexpr std::uint64_t kMask = (std::uint64_t{1} << 52) - 1;
inline Vector load(const void* from) {
  Vector v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
inline void store(std::int64_t* to, Vector v) { std::memcpy(to, &v, sizeof v); }
inline Vector zero() { return Vector{}; }
inline Vector broadcast(std::uint64_t w) {
  Vector v;
  std::fill_n(v.lane, kLanes, w);
  return v;
}
inline Vector add(Vector a, Vector b) {
  for (int i = 0; i < kLanes; i++) a.lane[i] += b.lane[i];
  return a;
}
// As VPMADD52LUQ and VPMADD52HUQ are specified.
inline Vector add_low(Vector sum, Vector a, Vector b) {
  for (int i = 0; i < kLanes; i++) {
    sum.lane[i] += static_cast<std::uint64_t>(uint128{a.lane[i] & kMask} * (b.lane[i] & kMask)) & kMask;
  }
  return sum;
}
inline Vector add_high(Vector sum, Vector a, Vector b) {
  for (int i = 0; i < kLanes; i++) {
    sum.lane[i] += static_cast<std::uint64_t>(uint128{a.lane[i] & kMask} * (b.lane[i] & kMask) >> 52);
  }
  return sum;
}
#include "numbers/linear_whole.inc"
}  // namespace emulated

void products_are_exact() {
  std::mt19937_64 random(20261121);
  for (int round = 0; round < 40; round++) {
    const int bits = 3 + static_cast<int>(random() % 50);  // 3 to 52
    const std::uint64_t top = std::uint64_t{1} << (bits - 1);
    const std::uint64_t q = round == 0 ? (std::uint64_t{1} << 52) - 1 : top | random() % top | 1;
    const bool deep = round % 10 == 0;  // past a reduction, with what makes sums largest
    const auto n = static_cast<std::int64_t>(1 + random() % (deep ? 5 : 150));
    const auto k = static_cast<std::int64_t>(deep ? 5000 : 1 + random() % 300);
    const auto m = static_cast<std::int64_t>(1 + random() % (deep ? 5 : 70));
    const std::int64_t rows = 20;
    std::vector<std::uint64_t> in(rows * n), out(m * n);
    std::vector<std::int32_t> refs(k), weights(m * k);
    for (auto& x : in) x = deep || random() % 4 == 0 ? q - 1 : random() % q;
    for (auto& ref : refs) ref = static_cast<std::int32_t>(random() % (rows + 1)) - 1;
    for (auto& w : weights) {
      w = deep ? -1 : static_cast<std::int32_t>(random() % ((1 << 21) - 1)) - (1 << 20) + 1;
    }
    accumulate(emulated::kPath, {q, rows, n, k, m}, in.data(), refs.data(), weights.data(), out.data());
    for (std::int64_t o = 0; o < m; o++) {
      for (std::int64_t c = 0; c < n; c++) {
        __int128 sum = 0;
        for (std::int64_t i = 0; i < k; i++) {
          if (refs[i] >= 0) sum += static_cast<__int128>(weights[o * k + i]) * in[refs[i] * n + c];
        }
        __int128 expected = sum % q;
        if (expected < 0) expected += q;
        CHECK(out[o * n + c] == static_cast<std::uint64_t>(expected));
      }
    }
  }
}

}  // namespace
}  // namespace sotto::linear

namespace {

void paths_are_exact() {
  using int128 = __int128;
  using Weights = std::vector<std::int32_t>;
  for (int round = 0; round < 60; round++) {
    const std::uint64_t q = odd_modulus(3 + static_cast<int>(below(58)));
    const bool deep = round % 20 == 0;
    const std::int64_t n = 1 + below(deep ? 5 : 150), rows = 1 + below(40);
    const std::int64_t k = deep ? 9000 : 1 + below(300), m = 1 + below(deep ? 5 : 70);
    const Words in = residues(static_cast<std::size_t>(rows * n), q);
    Weights refs(k), weights(m * k);
    for (auto& ref : refs) ref = static_cast<std::int32_t>(below(rows + 1)) - 1;
    for (auto& w : weights) {
      w = below(4) == 0 ? (1 << 20) - 1
                        : static_cast<std::int32_t>(below((1 << 21) - 1)) - (1 << 20) + 1;
      if (deep) w = 1 - (1 << 20);
    }
    for (std::uint32_t features : {0u, static_cast<std::uint32_t>(SOTTO_CPU_AVX2),
                                   ~static_cast<std::uint32_t>(SOTTO_CPU_AVX512IFMA), ~0u}) {
      Words out(static_cast<std::size_t>(m * n));
      sotto_cpu_restrict(features);
      const sotto_linear_product product = {q, rows, n, k, m};
      check(sotto_linear_accumulate(&product, in.data(), refs.data(), weights.data(), out.data()) == SOTTO_OK,
            "linear status");
      for (std::int64_t o = 0; o < m; o++) {
        for (std::int64_t c = 0; c < n; c++) {
          int128 sum = 0;
          for (std::int64_t i = 0; i < k; i++) {
            if (refs[i] >= 0) sum += static_cast<int128>(weights[o * k + i]) * in[refs[i] * n + c];
          }
          sum %= static_cast<int128>(q);
          check(static_cast<std::uint64_t>(sum < 0 ? sum + q : sum) == out[o * n + c], "linear");
        }
      }
    }
  }
  sotto_cpu_restrict(~0u);
}

}  // namespace

int main() {
  paths_are_exact();
  sotto::linear::products_are_exact();
  return 0;
}
