// Sums of pointwise products against plain 128-bit arithmetic, on every path of this machine; run it under
// the sanitizers.

#include "sotto/pointwise.h"

#include <algorithm>

#include "numbers/random_words.h"
#include "sotto/cpu.h"

namespace {

using Numbers = std::vector<std::int32_t>;

struct Sums {
  std::uint64_t q;
  std::int64_t n;
  std::int64_t groups;
  std::int64_t inputs;
  std::int64_t weights;
  Numbers starts;
  Numbers input;
  Numbers weight;

  std::int64_t results() const { return static_cast<std::int64_t>(starts.size()) - 1; }

  sotto_pointwise_sums in_c() const {
    const auto terms = static_cast<std::int64_t>(input.size());
    return {q, n, groups, inputs, weights, results(), terms, starts.data(), input.data(), weight.data(), 0, n};
  }
};

struct Arrays {
  Words in[2];
  Words weights;
  Words out[2];
};

std::uint64_t expected(const Sums& s, const Words& in, const Words& weights, std::int64_t group, std::int64_t result,
                       std::int64_t j) {
  std::uint64_t sum = 0;
  for (std::int32_t t = s.starts[result]; t < s.starts[result + 1]; t++) {
    const auto product = static_cast<unsigned __int128>(weights[s.weight[t] * s.n + j]) *
                         in[(group * s.inputs + s.input[t]) * s.n + j];
    sum = static_cast<std::uint64_t>((product + sum) % s.q);
  }
  return sum;
}

void compare(const Sums& s, Arrays& arrays) {
  const sotto_pointwise_sums sums = s.in_c();
  for (std::uint32_t features : {0u, static_cast<std::uint32_t>(SOTTO_CPU_AVX2), ~0u}) {
    sotto_cpu_restrict(features);
    for (Words& out : arrays.out) std::fill(out.begin(), out.end(), ~std::uint64_t{0});
    check(sotto_pointwise_accumulate(&sums, arrays.in[0].data(), arrays.in[1].data(), arrays.weights.data(),
                                     arrays.out[0].data(), arrays.out[1].data()) == SOTTO_OK,
          "pointwise status");
    for (int part = 0; part < 2; part++) {
      const std::uint64_t* out = arrays.out[part].data();
      for (std::int64_t g = 0; g < s.groups; g++) {
        for (std::int64_t r = 0; r < s.results(); r++) {
          for (std::int64_t j = 0; j < s.n; j++) {
            check(*out++ == expected(s, arrays.in[part], arrays.weights, g, r, j), "pointwise");
          }
        }
      }
    }
  }
  sotto_cpu_restrict(~0u);
}

Arrays arrays(const Sums& s, bool largest) {
  const auto words = [&](std::int64_t polys) {
    const auto count = static_cast<std::size_t>(polys * s.n);
    return largest ? Words(count, s.q - 1) : residues(count, s.q);
  };
  const auto out = static_cast<std::size_t>(s.groups * s.results() * s.n);
  return {{words(s.groups * s.inputs), words(s.groups * s.inputs)}, words(s.weights), {Words(out), Words(out)}};
}

void sums_are_exact() {
  for (int bits = 20; bits <= 60; bits++) {
    for (int round = 0; round < 3; round++) {
      Sums s{odd_modulus(bits), static_cast<std::int64_t>(32 * (1 + below(20))), static_cast<std::int64_t>(below(11)),
             static_cast<std::int64_t>(1 + below(5)), static_cast<std::int64_t>(1 + below(8)), {0}, {}, {}};
      for (std::uint64_t r = below(12); r > 0; r--) {
        for (std::uint64_t t = below(8); t > 0; t--) {
          s.input.push_back(static_cast<std::int32_t>(below(s.inputs)));
          s.weight.push_back(static_cast<std::int32_t>(below(s.weights)));
        }
        s.starts.push_back(static_cast<std::int32_t>(s.input.size()));
      }
      Arrays a = arrays(s, round == 0);
      compare(s, a);
    }
  }
}

// As many of the largest products as need reductions on the way.
void deep_sums_are_exact() {
  for (int bits : {20, 45, 50, 51, 52, 60}) {
    const std::uint64_t q = bits == 20 ? (1u << 20) - 1 : (std::uint64_t{1} << bits) - 1;
    for (std::int32_t terms : {255, 256, 2047, 2048, 6000}) {
      const Numbers zeros(static_cast<std::size_t>(terms));
      Sums s{q, 32, 5, 1, 1, {0, terms}, zeros, zeros};
      Arrays a = arrays(s, true);
      compare(s, a);
    }
  }
}

void what_does_not_fit_is_refused() {
  const Sums good{(1u << 20) - 1, 32, 1, 2, 3, {0, 1, 2}, {0, 1}, {0, 2}};
  const auto status = [](const Sums& s) {
    Arrays a = arrays({s.q, 32, 1, 2, 3, {0, 1, 2}, {}, {}}, true);
    const sotto_pointwise_sums sums = s.in_c();
    return sotto_pointwise_accumulate(&sums, a.in[0].data(), a.in[1].data(), a.weights.data(), a.out[0].data(),
                                      a.out[1].data());
  };
  check(status(good) == SOTTO_OK, "good sums");
  for (const Numbers& starts : {Numbers{-1, 1, 2}, Numbers{0, 2, 1}, Numbers{0, 1, 3}}) {
    Sums s = good;
    s.starts = starts;
    check(status(s) == SOTTO_INVALID, "starts");
  }
  for (std::int32_t bad : {-1, 2}) {
    Sums s = good;
    s.input[1] = bad;
    check(status(s) == SOTTO_INVALID, "an input");
  }
  for (std::int32_t bad : {-1, 3}) {
    Sums s = good;
    s.weight[0] = bad;
    check(status(s) == SOTTO_INVALID, "a weight");
  }
  for (std::uint64_t q : {std::uint64_t{1} << 30, (std::uint64_t{1} << 19) - 1, (std::uint64_t{1} << 60) + 1}) {
    Sums s = good;
    s.q = q;
    check(status(s) == SOTTO_INVALID, "a modulus");
  }
  Sums s = good;
  s.n = 31;
  check(status(s) == SOTTO_INVALID, "a length");
}

}  // namespace

int main() {
  sums_are_exact();
  deep_sums_are_exact();
  what_does_not_fit_is_refused();
  return 0;
}
