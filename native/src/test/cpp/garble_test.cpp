// Garbling and evaluating agree for every size of block and on every path of this machine, within
// buffers of exactly the size that is needed; run it under the sanitizers.

#include "sotto/garble.h"

#include <cstring>
#include <random>
#include <vector>

#include "check.h"
#include "sotto/cpu.h"

namespace {

using Bytes = std::vector<uint8_t>;

std::mt19937_64 generator(20261121);

Bytes random_bytes(std::size_t count) {
  Bytes bytes(count);
  for (auto& byte : bytes) byte = static_cast<uint8_t>(generator());
  return bytes;
}

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
  CHECK(sotto_garble_add_offset(active.data(), 2, lanes, bits.data(), lanes / 8, delta.data()) == SOTTO_OK);
  Bytes tables(32 * static_cast<std::size_t>(n));
  const int64_t table_bytes = static_cast<int64_t>(tables.size());
  const sotto_circuit circuit = {kGates, kGateCount, kSlots};
  CHECK(sotto_garble_garble(&circuit, n, zeros.data(), delta.data(), key.data(), 7, tables.data(), table_bytes) ==
        SOTTO_OK);
  CHECK(sotto_garble_evaluate(&circuit, n, active.data(), key.data(), 7, tables.data(), table_bytes) == SOTTO_OK);
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
  CHECK(sotto_garble_colours(outputs, 2, kSlots, n, active.data(), colours.data()) == SOTTO_OK);
  Bytes all = tables;
  all.insert(all.end(), active.begin(), active.begin() + slot);
  all.insert(all.end(), colours.begin(), colours.end());
  return all;
}

Bytes extend(int32_t blocks) {
  const std::size_t bytes = static_cast<std::size_t>(blocks) * 128 * 16;
  Bytes zero = random_bytes(2048), one = random_bytes(2048), delta = random_bytes(16);
  Bytes choices = random_bytes(16 * static_cast<std::size_t>(blocks));
  Bytes chosen(2048), request(bytes), received(bytes), sent(bytes);
  for (int i = 0; i < 128; i++) {
    const Bytes& from = delta[i / 8] >> (i % 8) & 1 ? one : zero;
    std::memcpy(chosen.data() + 16 * i, from.data() + 16 * i, 16);
  }
  CHECK(sotto_garble_extend_receiver(zero.data(), one.data(), 3, blocks, choices.data(), request.data(),
                                     received.data()) == SOTTO_OK);
  CHECK(sotto_garble_extend_sender(chosen.data(), delta.data(), 3, blocks, request.data(), sent.data()) ==
        SOTTO_OK);
  for (std::size_t j = 0; j < static_cast<std::size_t>(blocks) * 128; j++) {
    const bool choice = choices[j / 8] >> (j % 8) & 1;
    for (std::size_t byte = 0; byte < 16; byte++) {
      CHECK((received[16 * j + byte] ^ sent[16 * j + byte]) == (choice ? delta[byte] : 0));
    }
  }
  request.insert(request.end(), received.begin(), received.end());
  return request;
}

Bytes trees(int32_t tree_bits, int32_t blocks) {
  const int trees = 128 / tree_bits, leaf_count = 1 << tree_bits, schedule_bytes = trees * leaf_count * 176;
  const std::size_t count = static_cast<std::size_t>(blocks) * 128;
  Bytes leaves = random_bytes(trees * leaf_count * 16), delta = random_bytes(16), other(leaves.size());
  for (int tree = 0; tree < trees; tree++) {
    const int path = delta[tree * tree_bits / 8] >> (tree * tree_bits % 8) & (leaf_count - 1);
    for (int leaf = 1; leaf < leaf_count; leaf++) {
      std::memcpy(&other[16 * (tree * leaf_count + leaf)], &leaves[16 * (tree * leaf_count + (leaf ^ path))], 16);
    }
  }
  Bytes choices = random_bytes(16 * static_cast<std::size_t>(blocks)), schedules(schedule_bytes), others(schedule_bytes);
  CHECK(sotto_garble_trees_expand(tree_bits, leaves.data(), schedules.data()) == SOTTO_OK);
  CHECK(sotto_garble_trees_expand(tree_bits, other.data(), others.data()) == SOTTO_OK);
  Bytes request(trees * 16 * static_cast<std::size_t>(blocks)), received(16 * count), sent(16 * count);
  CHECK(sotto_garble_trees_receiver(tree_bits, schedules.data(), 77 << 8, 5, blocks, choices.data(), request.data(),
                                    received.data()) == SOTTO_OK);
  CHECK(sotto_garble_trees_sender(tree_bits, others.data(), delta.data(), 77 << 8, 5, blocks, request.data(),
                                  sent.data()) == SOTTO_OK);
  for (std::size_t j = 0; j < count; j++) {
    const bool choice = choices[j / 8] >> (j % 8) & 1;
    for (std::size_t byte = 0; byte < 16; byte++) {
      CHECK((received[16 * j + byte] ^ sent[16 * j + byte]) == (choice ? delta[byte] : 0));
    }
  }
  request.insert(request.end(), received.begin(), received.end());
  return request;
}

void refusals() {
  Bytes block(16), slots(3 * 8 * 16), tables(32);
  const auto garble = [&](const int32_t* gates, int32_t slot_count, int64_t table_bytes) {
    const sotto_circuit circuit = {gates, 1, slot_count};
    return sotto_garble_garble(&circuit, 1, slots.data(), block.data(), block.data(), 0, tables.data(), table_bytes);
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
  if (!sotto_garble_available()) return 0;
  Bytes expected;
  const uint32_t aes = SOTTO_CPU_AESNI;
  for (uint32_t features : {aes, aes | SOTTO_CPU_AVX2 | SOTTO_CPU_VAES,
                            ~static_cast<uint32_t>(SOTTO_CPU_GFNI), ~0u}) {
    sotto_cpu_restrict(features);
    generator.seed(20261121);
    Bytes all;
    for (int32_t n = 1; n <= 256; n += n < 40 ? 1 : 27) {
      const Bytes some = run(n);
      all.insert(all.end(), some.begin(), some.end());
    }
    for (int32_t blocks : {0, 1, 2, 9}) {
      const Bytes some = extend(blocks);
      all.insert(all.end(), some.begin(), some.end());
    }
    for (int32_t blocks : {0, 1, 15, 16, 35}) {
      for (int32_t tree_bits : {2, 4, 8}) {
        const Bytes some = trees(tree_bits, blocks);
        all.insert(all.end(), some.begin(), some.end());
      }
    }
    if (expected.empty()) expected = all;
    CHECK(all == expected);
    refusals();
  }
  sotto_cpu_restrict(0);
  CHECK(sotto_garble_available() == 0);
  Bytes block(16);
  CHECK(sotto_garble_generate(block.data(), 0, 0, 1, block.data()) == SOTTO_INVALID);
  return 0;
}
