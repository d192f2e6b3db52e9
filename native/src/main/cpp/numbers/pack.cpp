#include "sotto/pack.h"

#include <cstring>

#include "ground/guard.h"
#include "numbers/modular.h"

namespace sotto {
namespace {

constexpr const char* kWidth = "a width outside 1 to 62 bits";

bool pack_bits(const std::uint64_t* values, std::int64_t count, int bits, std::uint8_t* out) {
  if (count == 0) return true;
  const std::uint64_t mask = low_bits(bits);
  std::uint64_t excess = 0;
  std::uint64_t pending = 0;
  int filled = 0;
  for (std::int64_t i = 0; i < count; i++) {
    excess |= values[i] & ~mask;
    const std::uint64_t value = values[i] & mask;
    pending |= value << filled;
    filled += bits;
    if (filled >= 64) {
      std::memcpy(out, &pending, sizeof pending);
      out += sizeof pending;
      filled -= 64;
      pending = filled == 0 ? 0 : value >> (bits - filled);
    }
  }
  std::memcpy(out, &pending, static_cast<std::size_t>((filled + 7) / 8));
  return excess == 0;
}

bool unpack_bits(const std::uint8_t* bytes, std::int64_t count, int bits, std::uint64_t bound,
                 std::uint64_t* out) {
  if (count == 0) return true;
  const std::uint64_t mask = low_bits(bits);
  const std::uint8_t* end = bytes + (count * bits + 7) / 8;
  std::uint64_t inside = ~std::uint64_t{0};
  std::uint64_t pending = 0;
  int available = 0;
  for (std::int64_t i = 0; i < count; i++) {
    std::uint64_t value = pending;
    if (available < bits) {
      std::uint64_t next = 0;
      const std::int64_t left = end - bytes;
      const std::int64_t taken = left < 8 ? left : 8;
      std::memcpy(&next, bytes, static_cast<std::size_t>(taken));
      bytes += taken;
      value |= next << available;
      const int used = bits - available;
      pending = next >> used;
      available = 64 - used;
    } else {
      pending >>= bits;
      available -= bits;
    }
    value &= mask;
    // Both are below 2^63, so the difference's sign is the comparison.
    inside &= sign_mask(value - bound);
    out[i] = value;
  }
  return inside == ~std::uint64_t{0} && pending == 0;
}

}  // namespace
}  // namespace sotto

int sotto_pack(const uint64_t* values, int64_t count, int bits, uint8_t* out) {
  return sotto::guarded([&] {
    sotto::require(bits >= 1 && bits <= 62, sotto::kWidth);
    sotto::require(sotto::pack_bits(values, count, bits, out),
                   "a value is wider than it is to be packed");
  });
}

int sotto_unpack(const uint8_t* bytes, int64_t count, int bits, uint64_t bound, uint64_t* out,
                 int32_t* valid) {
  return sotto::guarded([&] {
    sotto::require(bits >= 1 && bits <= 62, sotto::kWidth);
    sotto::require(bound >> bits == 0 || bound == std::uint64_t{1} << bits,
                   "a bound above what the width can hold");
    *valid = sotto::unpack_bits(bytes, count, bits, bound, out) ? 1 : 0;
  });
}
