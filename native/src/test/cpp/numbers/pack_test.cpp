// Packing there and back, within buffers of exactly the size that is needed; run it under the sanitizers.

#include "sotto/pack.h"

#include "numbers/random_words.h"

namespace {

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
  packing();
  return 0;
}
