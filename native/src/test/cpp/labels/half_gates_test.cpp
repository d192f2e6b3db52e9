// Garbling and evaluating agree for every size of block and on every path of this machine, within
// buffers of exactly the size that is needed; run it under the sanitizers.

#include "sotto/half_gates.h"

#include "labels/every_path.h"
#include "sotto/labels.h"

namespace {

// c = (a AND b) XOR b, d = NOT a; slots 0 and 1 are the inputs, gates may write what they read.
const int32_t kGates[] = {SOTTO_GATE_AND, 0, 1, 2, SOTTO_GATE_XOR, 2, 1, 2, SOTTO_GATE_NOT, 0, 0, 0};
constexpr int32_t kGateCount = 3;
constexpr int32_t kSlots = 3;

Bytes run(int32_t n) {
  const int32_t lanes = (n + 7) & ~7;
  const std::size_t slot = static_cast<std::size_t>(lanes) * 16;
  Bytes delta = random_bytes(16), key = random_bytes(16), bits = random_bytes(2 * lanes / 8);
  delta[0] |= 1;
  Bytes zeros = random_bytes(kSlots * slot), active = zeros;
  CHECK(sotto_labels_add_offset(active.data(), 2, lanes, bits.data(), lanes / 8, delta.data()) == SOTTO_OK);
  Bytes tables(32 * static_cast<std::size_t>(n));
  const int64_t table_bytes = static_cast<int64_t>(tables.size());
  const sotto_circuit circuit = {kGates, kGateCount, kSlots};
  CHECK(sotto_half_gates_garble(&circuit, n, zeros.data(), delta.data(), key.data(), 7, tables.data(), table_bytes) ==
        SOTTO_OK);
  CHECK(sotto_half_gates_evaluate(&circuit, n, active.data(), key.data(), 7, tables.data(), table_bytes) == SOTTO_OK);
  for (int32_t i = 0; i < n; i++) {
    const bool a = bits[i / 8] >> (i % 8) & 1, b = bits[(lanes + i) / 8] >> (i % 8) & 1;
    for (int byte = 0; byte < 16; byte++) {
      const std::size_t at = static_cast<std::size_t>(i) * 16 + byte;
      CHECK((zeros[2 * slot + at] ^ active[2 * slot + at]) == (((a && b) != b) ? delta[byte] : 0));
      CHECK((zeros[at] ^ active[at]) == (a ? 0 : delta[byte]));
    }
  }
  const int32_t outputs[] = {2, 0};
  Bytes colours(2 * lanes / 8);
  CHECK(sotto_half_gates_colours(outputs, 2, kSlots, n, active.data(), colours.data()) == SOTTO_OK);
  Bytes all = tables;
  all.insert(all.end(), active.begin(), active.begin() + slot);
  all.insert(all.end(), colours.begin(), colours.end());
  return all;
}

void refusals() {
  Bytes block(16), slots(3 * 8 * 16), tables(32);
  const auto garble = [&](const int32_t* gates, int32_t slot_count, int64_t table_bytes) {
    const sotto_circuit circuit = {gates, 1, slot_count};
    return sotto_half_gates_garble(&circuit, 1, slots.data(), block.data(), block.data(), 0, tables.data(), table_bytes);
  };
  const int32_t good[] = {SOTTO_GATE_AND, 0, 1, 2}, operation[] = {3, 0, 1, 2};
  const int32_t first[] = {SOTTO_GATE_XOR, -1, 1, 2}, second[] = {SOTTO_GATE_XOR, 0, 3, 2};
  const int32_t target[] = {SOTTO_GATE_XOR, 0, 1, 3};
  CHECK(garble(good, 3, 32) == SOTTO_OK);
  CHECK(garble(good, 3, 31) == SOTTO_INVALID);
  CHECK(garble(good, 2, 32) == SOTTO_INVALID);
  CHECK(garble(operation, 3, 32) == SOTTO_INVALID);
  CHECK(garble(first, 3, 32) == SOTTO_INVALID);
  CHECK(garble(second, 3, 32) == SOTTO_INVALID);
  CHECK(garble(target, 3, 32) == SOTTO_INVALID);
}

}  // namespace

int main() {
  if (!sotto_labels_available()) return 0;
  same_on_every_path([] {
    Bytes all;
    for (int32_t n = 1; n <= 256; n += n < 40 ? 1 : 27) add(all, run(n));
    refusals();
    return all;
  });
  return 0;
}
