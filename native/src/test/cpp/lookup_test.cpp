// The steps of functions of shares by lookups, between two sides and on every path of this machine, within buffers
// of exactly the size that is needed; run it under the sanitizers.

#include "sotto/lookup.h"

#include <algorithm>
#include <random>
#include <vector>

#include "check.h"
#include "sotto/cpu.h"
#include "sotto/garble.h"

namespace {

using Bytes = std::vector<uint8_t>;
using Words = std::vector<uint64_t>;

constexpr uint64_t kSeed = 20261121;
std::mt19937_64 generator(kSeed);

Bytes random_bytes(std::size_t count) {
  Bytes bytes(count);
  for (auto& byte : bytes) byte = static_cast<uint8_t>(generator());
  return bytes;
}

Words random_words(std::size_t count) {
  Words words(count);
  for (auto& word : words) word = generator();
  return words;
}

uint64_t bit(const Bytes& row, std::size_t i) { return row[i / 8] >> (i % 8) & 1; }

std::size_t up_to_8(std::size_t n) { return (n + 7) & ~std::size_t{7}; }

void add(Bytes& to, const Words& words) {
  for (uint64_t word : words) {
    for (int byte = 0; byte < 8; byte++) to.push_back(static_cast<uint8_t>(word >> 8 * byte));
  }
}

struct Window : sotto_lookup_window {
  Window(int32_t first, int32_t count, int32_t carry) : sotto_lookup_window{first, count, carry} {}
  int32_t choices() const { return bits + carries; }
  uint64_t part(uint64_t number) const { return number >> first_bit & ((uint64_t{1} << bits) - 1); }
};

std::vector<Window> windows() {
  std::vector<Window> all;
  for (int32_t bits = 1; bits <= 5; bits++) {
    all.push_back({bits, bits, 0});
    all.push_back({62 - bits, bits, 0});
    if (bits < 5) all.push_back({62 - bits, bits, 1});
  }
  return all;
}

// A table on one side, the entry of its bits on the other one: its share of the carry.
Bytes tables(const Window& window, int32_t size) {
  const std::size_t count = static_cast<std::size_t>(size), row_bytes = (count + 7) / 8;
  const Words own = random_words(count), other = random_words(count), pads = random_words(count);
  const Bytes carries = random_bytes(window.carries ? row_bytes : 0), fresh = random_bytes(row_bytes);
  const Bytes choices = random_bytes(window.carries ? row_bytes : 0);
  Words masked(count);
  Bytes row(row_bytes);
  CHECK(sotto_lookup_tables(&window, size, own.data(), carries.data(), fresh.data(), pads.data(), masked.data()) ==
        SOTTO_OK);
  CHECK(sotto_lookup_entries(&window, size, other.data(), choices.data(), pads.data(), masked.data(), row.data()) ==
        SOTTO_OK);
  for (std::size_t i = 0; i < count; i++) {
    const uint64_t carry = window.carries ? bit(carries, i) ^ bit(choices, i) : 0;
    const uint64_t sum = window.part(own[i]) + window.part(other[i]) + carry;
    CHECK(bit(row, i) == ((sum >> window.bits) ^ bit(fresh, i)));
    CHECK(masked[i] >> (1 << window.choices()) == 0);
  }
  for (std::size_t i = count; i < 8 * row_bytes; i++) CHECK(bit(row, i) == 0);
  add(row, masked);
  return row;
}

// Each choice gives the pad of the entry that it names.
Bytes pads(int32_t first_wire, int32_t choices, int32_t size, int32_t block) {
  const int32_t wires = first_wire + choices + 1;
  const std::size_t count = static_cast<std::size_t>(size), lanes = up_to_8(count);
  const Bytes delta = random_bytes(16), key = random_bytes(16), zeros = random_bytes(16 * lanes * wires);
  Bytes active = zeros;
  std::vector<unsigned> chosen(count);
  std::size_t label = 0;
  for (int32_t start = 0; start < size; start += block) {
    const std::size_t n = static_cast<std::size_t>(std::min(block, size - start));
    for (int32_t wire = 0; wire < wires; wire++) {
      for (std::size_t i = 0; i < up_to_8(n); i++, label++) {
        const unsigned choice = generator() & 1;
        for (int byte = 0; choice != 0 && byte < 16; byte++) active[16 * label + byte] ^= delta[byte];
        const int32_t place = wire - first_wire;
        if (i < n && place >= 0 && place < choices) chosen[start + i] |= choice << place;
      }
    }
  }
  Words all(count), known(count);
  const int64_t id = static_cast<int64_t>(generator());
  const sotto_lookup_transfers zero = {wires, size, block, key.data(), id, zeros.data()};
  const sotto_lookup_transfers own = {wires, size, block, key.data(), id, active.data()};
  CHECK(sotto_lookup_pads(&zero, first_wire, choices, delta.data(), all.data()) == SOTTO_OK);
  CHECK(sotto_lookup_chosen_pads(&own, first_wire, choices, known.data()) == SOTTO_OK);
  for (std::size_t i = 0; i < count; i++) {
    CHECK(((all[i] ^ known[i]) >> chosen[i] & 1) == 0);
    CHECK(all[i] >> (1 << choices) == 0);
  }
  Bytes result;
  add(result, all);
  add(result, known);
  return result;
}

Bytes products(int32_t width, int32_t size, int32_t block) {
  const std::size_t count = static_cast<std::size_t>(size), lanes = up_to_8(count);
  const Bytes offset = random_bytes(16), key = random_bytes(16), zeros = random_bytes(16 * lanes);
  const Bytes x = random_bytes((count + 7) / 8), y = random_bytes((count + 7) / 8);
  Bytes active = zeros;
  for (std::size_t i = 0; i < count; i++) {
    for (int byte = 0; bit(y, i) != 0 && byte < 16; byte++) active[16 * i + byte] ^= offset[byte];
  }
  const Words factors = random_words(count), already = random_words(count);
  Words corrections(count), own(count), taken = already;
  const int64_t id = static_cast<int64_t>(generator());
  const sotto_product_run run = {width, size, block, key.data(), id};
  CHECK(sotto_product_own(&run, offset.data(), zeros.data(), x.data(), factors.data(), corrections.data(),
                          own.data()) == SOTTO_OK);
  CHECK(sotto_product_take(&run, active.data(), y.data(), corrections.data(), taken.data()) == SOTTO_OK);
  const uint64_t mask = (uint64_t{1} << width) - 1;
  for (std::size_t i = 0; i < count; i++) {
    const uint64_t z = bit(x, i) ^ bit(y, i);
    CHECK(((own[i] + taken[i] - already[i] - z * factors[i]) & mask) == 0);
    CHECK(corrections[i] <= mask && own[i] <= mask && taken[i] <= mask);
  }
  Bytes result;
  add(result, corrections);
  add(result, own);
  add(result, taken);
  return result;
}

Bytes numbers(int32_t first_bit, int32_t bits, int32_t wide_bits, int32_t size) {
  const std::size_t count = static_cast<std::size_t>(size);
  const Words shares = random_words(count), wraps = random_words(wide_bits > bits ? count : 0);
  const Words carries = random_words(count);
  const uint64_t addend = generator();
  Bytes row((count + 7) / 8);
  Words signs(count), parts[2] = {Words(count), Words(count)};
  CHECK(sotto_lookup_bits(bits, size, addend, shares.data(), row.data()) == SOTTO_OK);
  CHECK(sotto_lookup_signs(first_bit + bits, size, shares.data(), signs.data()) == SOTTO_OK);
  for (int32_t is_signed : {0, 1}) {
    const sotto_lookup_part part = {first_bit, bits, wide_bits, is_signed};
    CHECK(sotto_lookup_parts(&part, size, shares.data(), carries.data(), wraps.data(), parts[is_signed].data()) ==
          SOTTO_OK);
  }
  for (std::size_t i = 0; i < count; i++) {
    CHECK(bit(row, i) == ((shares[i] + addend) >> bits & 1));
    CHECK(signs[i] == (shares[i] >> (first_bit + bits - 1) & 1));
    uint64_t number = (shares[i] >> first_bit & ((uint64_t{1} << bits) - 1)) + carries[i];
    if (wide_bits > bits) number += wraps[i] << bits;
    const uint64_t mask = (uint64_t{1} << wide_bits) - 1;
    CHECK(parts[0][i] == (number & mask));
    if (signs[i] != 0) number -= uint64_t{1} << bits;
    CHECK(parts[1][i] == (number & mask));
  }
  add(row, signs);
  add(row, parts[0]);
  add(row, parts[1]);
  return row;
}

void refusals() {
  Words words(8);
  Bytes row(1);
  const auto table = [&](int32_t first, int32_t bits, int32_t carries, int32_t size) {
    const sotto_lookup_window window = {first, bits, carries};
    const int made =
        sotto_lookup_tables(&window, size, words.data(), row.data(), row.data(), words.data(), words.data());
    CHECK(made ==
          sotto_lookup_entries(&window, size, words.data(), row.data(), words.data(), words.data(), row.data()));
    return made;
  };
  CHECK(table(0, 5, 0, 8) == SOTTO_OK);
  CHECK(table(57, 5, 0, 8) == SOTTO_OK);
  CHECK(table(0, 4, 1, 8) == SOTTO_OK);
  CHECK(table(0, 5, 1, 8) == SOTTO_INVALID);
  CHECK(table(0, 6, 0, 8) == SOTTO_INVALID);
  CHECK(table(0, 64, 0, 8) == SOTTO_INVALID);
  CHECK(table(0, 0, 0, 8) == SOTTO_INVALID);
  CHECK(table(0, 0, 1, 8) == SOTTO_INVALID);
  CHECK(table(0, -1, 0, 8) == SOTTO_INVALID);
  CHECK(table(0, INT32_MIN, 0, 8) == SOTTO_INVALID);
  CHECK(table(0, INT32_MAX, 1, 8) == SOTTO_INVALID);
  CHECK(table(-1, 5, 0, 8) == SOTTO_INVALID);
  CHECK(table(58, 5, 0, 8) == SOTTO_INVALID);
  CHECK(table(INT32_MAX, 5, 0, 8) == SOTTO_INVALID);
  CHECK(table(0, 5, 0, -1) == SOTTO_INVALID);
  const auto part = [&](int32_t first, int32_t bits, int32_t wide_bits, int32_t size) {
    const sotto_lookup_part window = {first, bits, wide_bits, 1};
    return sotto_lookup_parts(&window, size, words.data(), words.data(), words.data(), words.data());
  };
  CHECK(part(57, 5, 62, 8) == SOTTO_OK);
  CHECK(part(58, 5, 62, 8) == SOTTO_INVALID);
  for (int32_t number : {-1, 63, INT32_MAX}) {
    CHECK(sotto_lookup_bits(number, 8, 0, words.data(), row.data()) == SOTTO_INVALID);
    CHECK(sotto_lookup_signs(number, 8, words.data(), words.data()) == SOTTO_INVALID);
    CHECK(part(0, number, 62, 8) == SOTTO_INVALID);
    CHECK(part(number, 5, 62, 8) == SOTTO_INVALID);
    CHECK(part(0, 5, number, 8) == SOTTO_INVALID);
  }
  CHECK(sotto_lookup_signs(0, 8, words.data(), words.data()) == SOTTO_INVALID);
  CHECK(part(0, 0, 5, 8) == SOTTO_INVALID);
  CHECK(part(0, 5, 0, 8) == SOTTO_INVALID);
  CHECK(sotto_lookup_bits(3, -1, 0, words.data(), row.data()) == SOTTO_INVALID);
  CHECK(sotto_lookup_signs(3, -1, words.data(), words.data()) == SOTTO_INVALID);
  CHECK(part(0, 3, 5, -1) == SOTTO_INVALID);
}

void refusals_of_hashes() {
  Words words(8);
  Bytes row(1), key(16), labels(6 * 8 * 16);
  const auto pad = [&](int32_t wires, int32_t first_wire, int32_t choices, int32_t size, int32_t block) {
    const sotto_lookup_transfers transfers = {wires, size, block, key.data(), 0, labels.data()};
    const int made = sotto_lookup_pads(&transfers, first_wire, choices, key.data(), words.data());
    CHECK(made == sotto_lookup_chosen_pads(&transfers, first_wire, choices, words.data()));
    return made;
  };
  CHECK(pad(6, 1, 5, 8, 8) == SOTTO_OK);
  CHECK(pad(6, 5, 1, 8, 8) == SOTTO_OK);
  CHECK(pad(6, 2, 5, 8, 8) == SOTTO_INVALID);
  CHECK(pad(6, 0, 6, 8, 8) == SOTTO_INVALID);
  CHECK(pad(6, 0, 0, 8, 8) == SOTTO_INVALID);
  CHECK(pad(6, -1, 5, 8, 8) == SOTTO_INVALID);
  CHECK(pad(6, 6, 1, 8, 8) == SOTTO_INVALID);
  CHECK(pad(6, INT32_MAX, 5, 8, 8) == SOTTO_INVALID);
  CHECK(pad(4, 0, 5, 8, 8) == SOTTO_INVALID);
  CHECK(pad(INT32_MIN, 0, 5, 8, 8) == SOTTO_INVALID);
  CHECK(pad(6, 1, 5, -1, 8) == SOTTO_INVALID);
  const auto product = [&](int32_t width, int32_t size, int32_t block) {
    const sotto_product_run run = {width, size, block, key.data(), 0};
    const int made = sotto_product_own(&run, key.data(), labels.data(), row.data(), words.data(), words.data(),
                                       words.data());
    CHECK(made == sotto_product_take(&run, labels.data(), row.data(), words.data(), words.data()));
    return made;
  };
  CHECK(product(62, 8, 8) == SOTTO_OK);
  for (int32_t width : {INT32_MIN, -1, 0, 63, 64}) CHECK(product(width, 8, 8) == SOTTO_INVALID);
  CHECK(product(5, -1, 8) == SOTTO_INVALID);
  for (int32_t block : {INT32_MIN, -8, 0, 1, 7, 9, INT32_MAX}) {
    CHECK(pad(6, 1, 5, 8, block) == SOTTO_INVALID);
    CHECK(product(5, 8, block) == SOTTO_INVALID);
  }
}

constexpr int32_t kSizes[] = {0, 1, 7, 8, 9, 255, 256, 257, 1000};

void without_cipher() {
  for (int32_t size : kSizes) {
    for (const Window& window : windows()) tables(window, size);
    for (int32_t bits : {1, 2, 16, 61, 62}) {
      numbers(0, bits, bits, size);
      numbers(62 - bits, bits, 62, size);
      numbers((62 - bits) / 2, bits, 1, size);
    }
  }
  refusals();
}

Bytes with_cipher() {
  Bytes all;
  const auto take = [&](const Bytes& some) { all.insert(all.end(), some.begin(), some.end()); };
  for (int32_t size : kSizes) {
    for (int32_t block : {8, 24, 256}) {
      for (int32_t choices = 1; choices <= 5; choices++) take(pads(choices - 1, choices, size, block));
      for (int32_t width : {1, 12, 28, 62}) take(products(width, size, block));
    }
  }
  refusals_of_hashes();
  return all;
}

}  // namespace

int main() {
  without_cipher();
  if (!sotto_garble_available()) return 0;
  Bytes expected;
  const uint32_t aes = SOTTO_CPU_AESNI;
  for (uint32_t features : {aes, aes | SOTTO_CPU_AVX2 | SOTTO_CPU_VAES,
                            ~static_cast<uint32_t>(SOTTO_CPU_GFNI), ~0u}) {
    sotto_cpu_restrict(features);
    generator.seed(kSeed);
    const Bytes all = with_cipher();
    if (expected.empty()) expected = all;
    CHECK(all == expected);
  }
  sotto_cpu_restrict(0);
  Words words(8);
  Bytes block(16), labels(8 * 16);
  const sotto_lookup_transfers transfers = {1, 8, 8, block.data(), 0, labels.data()};
  CHECK(sotto_lookup_pads(&transfers, 0, 1, block.data(), words.data()) == SOTTO_INVALID);
  const sotto_product_run run = {5, 8, 8, block.data(), 0};
  CHECK(sotto_product_take(&run, labels.data(), block.data(), words.data(), words.data()) == SOTTO_INVALID);
  return 0;
}
