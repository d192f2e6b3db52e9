#include "sotto/pointwise.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "ground/guard.h"
#include "numbers/modular.h"
#include "ring/pointwise.h"
#include "ring/pointwise_floating.h"
#include "ring/pointwise_ifma.h"
#include "sotto/cpu.h"

namespace sotto::pointwise {
namespace {

class PlainPath {
 public:
  explicit PlainPath(std::uint64_t q)
      : q_(q), lower_(q), upper_(static_cast<std::uint64_t>((uint128{1} << 64) % q), q) {}

  static void fill(std::uint64_t* panel, const std::uint64_t* from) {
    std::memcpy(panel, from, kColumns * sizeof *panel);
  }

  void sum(const Block& block) const {
    for (std::int64_t group = 0; group < block.groups; group++) {
      for (int part = 0; part < kParts; part++) sum(block, group, part);
    }
  }

 private:
  // Products are below 2^120, and so is what a reduction leaves.
  static constexpr std::int64_t kTerms = 255;

  void sum(const Block& block, std::int64_t group, int part) const {
    uint128 sums[kColumns] = {};
    for (std::int64_t first = block.first; first < block.end; first += kTerms) {
      const std::int64_t end = std::min(block.end, first + kTerms);
      for (std::int64_t t = first; t < end; t++) {
        const std::uint64_t* numbers = block.numbers(t, group) + part * kColumns;
        const std::uint64_t* factors = block.factors(t);
        for (int j = 0; j < kColumns; j++) sums[j] += uint128{numbers[j]} * factors[j];
      }
      for (uint128& sum : sums) sum = reduce(sum);
    }
    std::uint64_t* out = block.result(group, part);
    for (int j = 0; j < kColumns; j++) out[j] = static_cast<std::uint64_t>(sums[j]);
  }

  std::uint64_t reduce(uint128 sum) const {
    return add_mod(upper_.multiply(static_cast<std::uint64_t>(sum >> 64)),
                   lower_.reduce(static_cast<std::uint64_t>(sum)), q_);
  }

  std::uint64_t q_;
  Reducer lower_;
  ConstantMultiplier upper_;
};

// Columns are copied to lie beside each other: polynomials are a power of two apart, and their lines would
// share places in the cache. So many groups and numbers at once, or columns of one block.
constexpr std::int64_t kGroups = 8;
constexpr std::int64_t kPanelNumbers = 1 << 16;

// Results and columns go on so far with what is in the caches.
constexpr std::int64_t kColumnsOfPass = 512;

struct Arrays {
  const std::uint64_t* in[kParts];
  const std::uint64_t* weights;
  std::uint64_t* out[kParts];
};

template <class Path>
class Accumulation {
 public:
  Accumulation(const sotto_pointwise_sums& sums, const Arrays& arrays) : s_(sums), arrays_(arrays), path_(sums.q) {
    const std::int64_t polys = std::min(s_.groups, kGroups) * s_.inputs * kParts;
    const std::int64_t fitting = kPanelNumbers / std::max(polys, std::int64_t{1}) / kColumns * kColumns;
    pass_ = std::min(std::max(fitting, kColumns), std::min(kColumnsOfPass, s_.columns));
    panels_.reset(new std::uint64_t[static_cast<std::size_t>(polys * pass_)]);
  }

  void run() {
    const std::int64_t end = s_.first + s_.columns;
    for (std::int64_t group = 0; group < s_.groups; group += kGroups) {
      for (std::int64_t column = s_.first; column < end; column += pass_) {
        run(group, std::min(s_.groups, group + kGroups), column, std::min(end, column + pass_));
      }
    }
  }

 private:
  void run(std::int64_t group, std::int64_t group_end, std::int64_t column, std::int64_t column_end) {
    std::uint64_t* panel = panels_.get();
    for (std::int64_t c = column; c < column_end; c += kColumns) panel = fill(panel, group, group_end, c);
    // The more groups, the more a panel weighs against weights.
    const std::int64_t tile = group_end - group;
    for (std::int64_t result = 0; result < s_.results; result += tile) {
      run_tile(result, std::min(s_.results, result + tile), group, group_end, column, column_end);
    }
  }

  std::uint64_t* fill(std::uint64_t* panel, std::int64_t group, std::int64_t group_end, std::int64_t column) const {
    for (std::int64_t i = 0; i < s_.inputs; i++) {
      for (std::int64_t g = group; g < group_end; g++) {
        for (const std::uint64_t* in : arrays_.in) {
          Path::fill(panel, in + (g * s_.inputs + i) * s_.n + column);
          panel += kColumns;
        }
      }
    }
    return panel;
  }

  void run_tile(std::int64_t result, std::int64_t result_end, std::int64_t group, std::int64_t group_end,
                std::int64_t column, std::int64_t column_end) const {
    const std::int64_t start = s_.starts[result];
    const Tile tile(s_.input + start, s_.weight + start, s_.starts[result_end] - start);
    Block block{tile, group_end - group, panels_.get(), nullptr, s_.n, 0, 0, {}, s_.results * s_.n};
    for (std::int64_t c = column; c < column_end; c += kColumns) {
      block.weights = arrays_.weights + c;
      for (std::int64_t r = result; r < result_end; r++) {
        block.first = s_.starts[r] - start;
        block.end = s_.starts[r + 1] - start;
        for (int p = 0; p < kParts; p++) block.out[p] = arrays_.out[p] + (group * s_.results + r) * s_.n + c;
        path_.sum(block);
      }
      block.panel += s_.inputs * block.groups * kParts * kColumns;
    }
  }

  const sotto_pointwise_sums& s_;
  const Arrays& arrays_;
  Path path_;
  std::int64_t pass_;
  std::unique_ptr<std::uint64_t[]> panels_;
};

bool all_below(const std::int32_t* numbers, std::int64_t from, std::int64_t to, std::int64_t bound) {
  return std::all_of(numbers + from, numbers + to, [&](std::int32_t i) { return i >= 0 && i < bound; });
}

void check(const sotto_pointwise_sums& s) {
  require((s.q & 1) == 1 && s.q >> 19 != 0 && s.q >> 60 == 0, "the modulus must be odd and of 20 to 60 bits");
  require(s.n >= 0 && s.n % kColumns == 0, "the length of polynomials is no multiple of 32");
  require(s.first >= 0 && s.first % kColumns == 0 && s.columns >= 0 && s.columns % kColumns == 0 &&
              s.first <= s.n && s.columns <= s.n - s.first,
          "coefficients asked for that no polynomial has, or no multiples of 32");
  require(s.groups >= 0 && s.inputs >= 0 && s.weights >= 0 && s.results >= 0 && s.terms >= 0, "a negative size");
  require(s.starts[0] >= 0 && std::is_sorted(s.starts, s.starts + s.results + 1) && s.starts[s.results] <= s.terms,
          "a result's terms begin where there are none");
  require(all_below(s.input, s.starts[0], s.starts[s.results], s.inputs), "a term of an input that isn't there");
  require(all_below(s.weight, s.starts[0], s.starts[s.results], s.weights), "a term of a weight that isn't there");
}

}  // namespace
}  // namespace sotto::pointwise

int sotto_pointwise_accumulate(const sotto_pointwise_sums* sums, const uint64_t* in0, const uint64_t* in1,
                               const uint64_t* weights, uint64_t* out0, uint64_t* out1) {
  return sotto::guarded([&] {
    using namespace sotto::pointwise;
    check(*sums);
    const Arrays arrays = {{in0, in1}, weights, {out0, out1}};
    if (sums->q >> IfmaPath::kModulusBits == 0 && sotto::has(SOTTO_CPU_AVX512 | SOTTO_CPU_AVX512IFMA)) {
      Accumulation<IfmaPath>(*sums, arrays).run();
    } else if (sums->q >> FloatingPath::kModulusBits == 0 && sotto::has(SOTTO_CPU_AVX2) &&
               __builtin_cpu_supports("fma")) {
      Accumulation<FloatingPath>(*sums, arrays).run();
    } else {
      Accumulation<PlainPath>(*sums, arrays).run();
    }
  });
}
