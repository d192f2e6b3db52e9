// The pads of lookups, between two sides and on every path of this machine, within buffers of exactly the
// size that is needed; run it under the sanitizers.

#include "sotto/lookup_pads.h"

#include <algorithm>

#include "labels/every_path.h"
#include "sotto/labels.h"

namespace {

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

void refusals() {
  Words words(8);
  Bytes key(16), labels(6 * 8 * 16);
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
  for (int32_t block : {INT32_MIN, -8, 0, 1, 7, 9, INT32_MAX}) CHECK(pad(6, 1, 5, 8, block) == SOTTO_INVALID);
}

}  // namespace

int main() {
  if (!sotto_labels_available()) return 0;
  same_on_every_path([] {
    Bytes all;
    for (int32_t size : {0, 1, 7, 8, 9, 255, 256, 257, 1000}) {
      for (int32_t block : {8, 24, 256}) {
        for (int32_t choices = 1; choices <= 5; choices++) add(all, pads(choices - 1, choices, size, block));
      }
    }
    refusals();
    return all;
  });
  return 0;
}
