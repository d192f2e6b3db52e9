#include "sotto/lookup_tables.h"

#include <cstdint>

#include "ground/guard.h"
#include "numbers/modular.h"

using sotto::guarded;
using sotto::low_bits;
using sotto::require;

namespace {

constexpr int kMaxChoices = 5;

inline std::uint64_t bit_of(const std::uint8_t* row, std::int32_t i) { return row[i >> 3] >> (i & 7) & 1; }

// Calls bit(i) for all i and packs what it gives.
template <class F>
void pack_row(std::int32_t size, std::uint8_t* row, F bit) {
  for (std::int32_t i = 0; i < size; i += 8) {
    const std::int32_t n = size - i < 8 ? size - i : 8;
    unsigned packed = 0;
    for (std::int32_t j = 0; j < n; j++) packed |= static_cast<unsigned>(bit(i + j)) << j;
    row[i / 8] = static_cast<std::uint8_t>(packed);
  }
}

// The tables of a window.
struct Table {
  Table(const sotto_lookup_window& window, std::int32_t size)
      : first_bit(window.first_bit), bits(window.bits), carries(window.carries != 0), places(1 << (bits & 7)) {
    require(first_bit >= 0 && bits >= 1 && first_bit <= 62 - bits, "a window outside of 62 bits");
    require(bits + carries <= kMaxChoices, "a window of too many bits");
    require(size >= 0, "a negative count");
    values = low_bits(places);
    entries = carries ? values | values << places : values;
  }

  std::uint64_t of(std::uint64_t number) const { return number >> first_bit & low_bits(bits); }

  // Bit j is the carry out of j + summand, which is at most the number of places.
  std::uint64_t carries_out(std::uint64_t summand) const {
    return values << (static_cast<std::uint64_t>(places) - summand) & values;
  }

  int first_bit;
  int bits;
  bool carries;
  int places;
  std::uint64_t values;   // a bit for each value of the window
  std::uint64_t entries;  // a bit for each entry of its table
};

}  // namespace

int sotto_lookup_tables(const sotto_lookup_window* window, int32_t size, const uint64_t* shares,
                        const uint8_t* carry_row, const uint8_t* fresh_row, const uint64_t* pads, uint64_t* tables) {
  return guarded([&] {
    const Table table(*window, size);
    for (int32_t i = 0; i < size; i++) {
      const uint64_t own = table.of(shares[i]);
      uint64_t entries;
      if (table.carries) {
        const uint64_t carry = bit_of(carry_row, i);
        entries = table.carries_out(own + carry) | table.carries_out(own + 1 - carry) << table.places;
      } else {
        entries = table.carries_out(own);
      }
      tables[i] = (entries ^ (0 - bit_of(fresh_row, i)) ^ pads[i]) & table.entries;
    }
  });
}

int sotto_lookup_entries(const sotto_lookup_window* window, int32_t size, const uint64_t* shares,
                         const uint8_t* choice_row, const uint64_t* pads, const uint64_t* tables, uint8_t* row) {
  return guarded([&] {
    const Table table(*window, size);
    pack_row(size, row, [&](int32_t i) {
      const uint64_t choice = table.carries ? bit_of(choice_row, i) << table.bits : 0;
      return (tables[i] ^ pads[i]) >> (table.of(shares[i]) | choice) & 1;
    });
  });
}

int sotto_lookup_bits(int32_t bit, int32_t size, uint64_t addend, const uint64_t* numbers, uint8_t* row) {
  return guarded([&] {
    require(bit >= 0 && bit <= 62 && size >= 0, "a bit outside of numbers of 62 bits");
    pack_row(size, row, [&](int32_t i) { return (numbers[i] + addend) >> bit & 1; });
  });
}

int sotto_lookup_signs(int32_t bits, int32_t size, const uint64_t* shares, uint64_t* signs) {
  return guarded([&] {
    require(bits >= 1 && bits <= 62 && size >= 0, "widths of a relu out of range");
    for (int32_t i = 0; i < size; i++) signs[i] = shares[i] >> (bits - 1) & 1;
  });
}

int sotto_lookup_parts(const sotto_lookup_part* part, int32_t size, const uint64_t* shares,
                       const uint64_t* carries, const uint64_t* wraps, uint64_t* numbers) {
  return guarded([&] {
    const auto [first_bit, bits, wide_bits, is_signed] = *part;
    require(first_bit >= 0 && bits >= 1 && first_bit <= 62 - bits, "a part outside of 62 bits");
    require(wide_bits >= 1 && wide_bits <= 62 && size >= 0, "a part of a width out of range");
    const uint64_t mask = low_bits(wide_bits);
    const uint64_t top = is_signed != 0 ? uint64_t{1} << (bits - 1) : 0;
    for (int32_t i = 0; i < size; i++) {
      const uint64_t number = ((shares[i] >> first_bit & low_bits(bits)) ^ top) - top;
      const uint64_t wrapped = wide_bits > bits ? wraps[i] << bits : 0;
      numbers[i] = (number + carries[i] + wrapped) & mask;
    }
  });
}
