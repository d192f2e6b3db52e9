// Against plain 128-bit arithmetic; run it under the sanitizers.

#include "sotto/fixed_point.h"

#include "numbers/random_words.h"
#include "sotto/cpu.h"

namespace {

void fixed_point() {
  for (int round = 0; round < 40; round++) {
    sotto_cpu_restrict(round % 2 == 0 ? 0 : ~0u);
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
  sotto_cpu_restrict(~0u);
}

void places() {
  const std::int64_t stride = 3, offset = 2;
  std::vector<std::int32_t> index(70);
  for (auto& i : index) i = static_cast<std::int32_t>(below(12)) - 2;
  index[0] = 9;
  Words values = residues(9 * stride + offset + 1, 1 << 30), in = residues(index.size(), 1 << 30), out(index.size());
  const auto count = static_cast<std::int64_t>(index.size()), of = static_cast<std::int64_t>(values.size());
  Words put = values;
  check(sotto_fixed_gather(values.data(), of, index.data(), count, stride, offset, out.data()) == SOTTO_OK, "gather");
  check(sotto_fixed_scatter(in.data(), index.data(), count, stride, offset, put.data(), of) == SOTTO_OK, "scatter");
  for (std::size_t i = 0; i < index.size(); i++) {
    check(out[i] == (index[i] < 0 ? 0 : values[index[i] * stride + offset]), "gathered");
  }
  for (std::size_t i = 0; i < index.size(); i++) {
    if (index[i] >= 0) values[index[i] * stride + offset] = in[i];
  }
  check(put == values, "scattered");
  check(sotto_fixed_gather(values.data(), of - 1, index.data(), count, stride, offset, out.data()) == SOTTO_INVALID,
        "a place too few");
}

}  // namespace

int main() {
  fixed_point();
  places();
  return 0;
}
