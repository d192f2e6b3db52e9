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
  CHECK(sotto_garble_garble(kGates, kGateCount, kSlots, n, zeros.data(), delta.data(), key.data(), 7,
                            tables.data(), table_bytes) == SOTTO_OK);
  CHECK(sotto_garble_evaluate(kGates, kGateCount, kSlots, n, active.data(), key.data(), 7, tables.data(),
                              table_bytes) == SOTTO_OK);
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

// Shares of max(0, y) for y of 3 bits: carry = a0 b0, then a1 b1 in the usual form of one AND.
Bytes relu(int32_t size, int32_t wide_bits) {
  constexpr int32_t m = 3, block = 24;
  const int32_t gates[] = {
      SOTTO_GATE_AND, 0, 3, 6,                            // carry into bit 1
      SOTTO_GATE_XOR, 1, 6, 7, SOTTO_GATE_XOR, 4, 6, 8,   // a1 + c, b1 + c
      SOTTO_GATE_AND, 7, 8, 7, SOTTO_GATE_XOR, 7, 6, 6,   // carry into bit 2
      SOTTO_GATE_XOR, 2, 5, 7, SOTTO_GATE_XOR, 7, 6, 7,   // sign
      SOTTO_GATE_NOT, 7, 7, 7};
  constexpr int32_t gate_count = 8, slots = 9, ands = 2;
  const std::size_t count = static_cast<std::size_t>(size);
  const std::size_t lanes = (count + 7) & ~std::size_t{7};
  Bytes delta = random_bytes(16), reverse = random_bytes(16), session = random_bytes(16), key = random_bytes(16);
  delta[0] |= 1;
  std::vector<uint64_t> a(count), b(count);
  for (std::size_t i = 0; i < count; i++) {
    a[i] = generator() & 7;
    b[i] = generator() & 7;
  }
  Bytes zeros = random_bytes(16 * m * lanes), active = zeros;
  std::size_t at = 0;
  for (std::size_t start = 0; start < count; start += block) {
    const std::size_t n = count - start < block ? count - start : block, width = (n + 7) & ~std::size_t{7};
    for (int wire = 0; wire < m; wire++) {
      for (std::size_t i = 0; i < width; i++, at += 16) {
        if (i < n && (b[start + i] >> wire & 1) != 0) {
          for (int byte = 0; byte < 16; byte++) active[at + byte] ^= delta[byte];
        }
      }
    }
  }
  Bytes tables(32 * ands * count), choices(lanes / 8);
  const std::size_t extra = wide_bits > m ? count : 0;
  std::vector<uint64_t> mine(count), theirs(count), product(count), sign(extra), carry(extra), answers(count);
  const auto table_bytes = static_cast<int64_t>(tables.size());
  CHECK(sotto_relu_garble(gates, gate_count, slots, 7, m, 0, wide_bits, size, block, delta.data(), session.data(),
                          key.data(), 11, 40, a.data(), zeros.data(), tables.data(), table_bytes, choices.data(),
                          mine.data(), product.data(), sign.data(), carry.data()) == SOTTO_OK);
  Bytes asked = random_bytes(16 * lanes), answered = asked;
  for (std::size_t i = 0; i < count; i++) {
    if (choices[i / 8] >> (i % 8) & 1) {
      for (int byte = 0; byte < 16; byte++) answered[16 * i + byte] ^= reverse[byte];
    }
  }
  CHECK(sotto_relu_evaluate(gates, gate_count, slots, 7, m, 0, wide_bits, size, block, reverse.data(),
                            session.data(), key.data(), 11, 40, 90, b.data(), active.data(), asked.data(),
                            tables.data(), table_bytes, product.data(), sign.data(), carry.data(),
                            theirs.data(), answers.data()) == SOTTO_OK);
  CHECK(sotto_product_take(wide_bits, size, block, session.data(), 90, answered.data(), choices.data(),
                          answers.data(), mine.data()) == SOTTO_OK);
  for (std::size_t i = 0; i < count; i++) {
    const uint64_t y = (a[i] + b[i]) & 7;
    CHECK(((mine[i] + theirs[i]) & ((uint64_t{1} << wide_bits) - 1)) == (y < 4 ? y : 0));
  }
  CHECK(sotto_relu_garble(gates, gate_count, slots, 7, m, 0, wide_bits, size, block, delta.data(), session.data(),
                          key.data(), 11, 40, a.data(), zeros.data(), tables.data(), table_bytes - 1,
                          choices.data(), mine.data(), product.data(), sign.data(),
                          carry.data()) == SOTTO_INVALID);
  for (uint64_t number : theirs) {
    for (int byte = 0; byte < 8; byte++) tables.push_back(static_cast<uint8_t>(number >> 8 * byte));
  }
  return tables;
}

void refusals() {
  Bytes block(16), slots(3 * 8 * 16), tables(32);
  const auto garble = [&](const int32_t* gates, int32_t slot_count, int64_t table_bytes) {
    return sotto_garble_garble(gates, 1, slot_count, 1, slots.data(), block.data(), block.data(), 0,
                               tables.data(), table_bytes);
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
  for (uint32_t features : {aes, aes | SOTTO_CPU_AVX2 | SOTTO_CPU_VAES, ~0u}) {
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
    for (int32_t size : {1, 7, 8, 9, 17, 24, 25, 63}) {
      for (int32_t wide_bits : {3, 4, 40}) {
        const Bytes some = relu(size, wide_bits);
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
