// The integer kernels against plain 128-bit arithmetic, on every path of this machine; run it under
// the sanitizers.

#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "sotto/cpu.h"
#include "sotto/fixed_point.h"
#include "sotto/linear.h"
#include "sotto/pack.h"
#include "sotto/status.h"

namespace {

using int128 = __int128;
using Words = std::vector<std::uint64_t>;
using Weights = std::vector<std::int32_t>;

constexpr std::uint64_t kSeed = 20261121;
std::mt19937_64 random_bits(kSeed);

void check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "failed: %s (seed %llu)\n", what, static_cast<unsigned long long>(kSeed));
  std::exit(1);
}

std::uint64_t below(std::uint64_t bound) { return random_bits() % bound; }

std::uint64_t odd_modulus(int bits) {
  const std::uint64_t top = std::uint64_t{1} << (bits - 1);
  return top | below(top) | 1;
}

Words residues(std::size_t count, std::uint64_t q) {
  Words values(count);
  for (auto& value : values) value = below(4) == 0 ? q - 1 : below(q);
  return values;
}

void linear() {
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

void fixed_point() {
  for (int round = 0; round < 20; round++) {
    const std::uint64_t q = odd_modulus(3 + static_cast<int>(below(58)));
    Words x = residues(50, q);
    for (int bits = 1; bits <= 62; bits++) {
      const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
      Words out(x.size());
      check(sotto_fixed_from_ring(x.data(), static_cast<std::int64_t>(x.size()), q, bits,
                                  out.data()) == SOTTO_OK,
            "from_ring status");
      for (std::size_t i = 0; i < x.size(); i++) {
        const unsigned __int128 scaled = (static_cast<unsigned __int128>(x[i]) << bits) + q / 2;
        check((static_cast<std::uint64_t>(scaled / q) & mask) == out[i], "from_ring");
      }
      Words values(50);
      for (auto& value : values) value = random_bits();
      values[0] = ~std::uint64_t{0};
      check(sotto_fixed_to_ring(values.data(), static_cast<std::int64_t>(values.size()), bits, q,
                                out.data()) == SOTTO_OK,
            "to_ring status");
      for (std::size_t i = 0; i < values.size(); i++) {
        const unsigned __int128 product = static_cast<unsigned __int128>(values[i] & mask) * q +
                                          (static_cast<unsigned __int128>(1) << (bits - 1));
        check(static_cast<std::uint64_t>((product >> bits) % q) == out[i], "to_ring");
      }
      const int kept = 1 + static_cast<int>(below(bits));
      check(sotto_fixed_drop_bits(values.data(), static_cast<std::int64_t>(values.size()), bits,
                                  kept, out.data()) == SOTTO_OK,
            "drop_bits status");
      for (std::size_t i = 0; i < values.size(); i++) {
        check((values[i] & mask) / (std::uint64_t{1} << (bits - kept)) == out[i], "drop_bits");
      }
    }
  }
}

void packing() {
  for (int bits = 1; bits <= 62; bits++) {
    for (std::int64_t count : {0, 1, 3, 8, 65}) {
      const std::uint64_t bound = std::uint64_t{1} << bits;
      Words values = residues(static_cast<std::size_t>(count), bound);
      Words back(values.size());
      // Exactly as long as it must be, so that a sanitizer sees a byte too many.
      std::vector<std::uint8_t> packed(static_cast<std::size_t>((count * bits + 7) / 8));
      std::int32_t valid = 0;
      check(sotto_pack(values.data(), count, bits, packed.data()) == SOTTO_OK, "pack status");
      check(sotto_unpack(packed.data(), count, bits, bound, back.data(), &valid) == SOTTO_OK,
            "unpack status");
      check(valid == 1 && back == values, "unpack");
    }
  }
}

}  // namespace

int main() {
  linear();
  fixed_point();
  packing();
  return 0;
}
