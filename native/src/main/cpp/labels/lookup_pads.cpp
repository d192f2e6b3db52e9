#include "sotto/lookup_pads.h"

#include "labels/paths.h"
#include "numbers/modular.h"

using sotto::guarded;
using sotto::require;

namespace {

// Wires that choose an entry of a table.
struct Choices {
  int32_t first_wire;
  int32_t count;
};

#define SOTTO_KERNELS "labels/lookup_pads_path.inc"
#include "labels/each_path.inc"

// Of all entries if delta is given, else of the chosen ones.
void pads(const sotto_lookup_transfers& transfers, const Choices& choices, const uint8_t* delta, uint64_t* out) {
  check_blocks(transfers.size, transfers.block);
  require(transfers.wires >= 0 && choices.first_wire >= 0 && choices.count >= 1 &&
              choices.count <= narrow::kMaxChoices && choices.first_wire <= transfers.wires - choices.count,
          "a table's choices are out of range");
  fastest(narrow::lookup_pads, wide::lookup_pads, widest::lookup_pads)(transfers, choices, delta, out);
}

}  // namespace

int sotto_lookup_pads(const sotto_lookup_transfers* transfers, int32_t first_wire, int32_t choices,
                      const uint8_t* delta, uint64_t* out) {
  return guarded([&] { pads(*transfers, {first_wire, choices}, delta, out); });
}

int sotto_lookup_chosen_pads(const sotto_lookup_transfers* transfers, int32_t first_wire, int32_t choices,
                             uint64_t* out) {
  return guarded([&] { pads(*transfers, {first_wire, choices}, nullptr, out); });
}
