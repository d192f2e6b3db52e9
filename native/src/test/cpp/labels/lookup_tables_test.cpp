// The steps of lookups that need no cipher, between two sides, within buffers of exactly the size that is
// needed; run it under the sanitizers.

#include "sotto/lookup_tables.h"

#include "labels/every_path.h"

namespace {

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

constexpr int32_t kSizes[] = {0, 1, 7, 8, 9, 255, 256, 257, 1000};

}  // namespace

int main() {
  for (int32_t size : kSizes) {
    for (const Window& window : windows()) tables(window, size);
    for (int32_t bits : {1, 2, 16, 61, 62}) {
      numbers(0, bits, bits, size);
      numbers(62 - bits, bits, 62, size);
      numbers((62 - bits) / 2, bits, 1, size);
    }
  }
  refusals();
  return 0;
}
