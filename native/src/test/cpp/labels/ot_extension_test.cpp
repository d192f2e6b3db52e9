// Both sides of the extension of oblivious transfers agree, on every path of this machine, within buffers
// of exactly the size that is needed; run it under the sanitizers.

#include "sotto/ot_extension.h"

#include <cstring>

#include "labels/every_path.h"
#include "sotto/labels.h"

namespace {

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
  CHECK(sotto_ot_trees_expand(tree_bits, leaves.data(), schedules.data()) == SOTTO_OK);
  CHECK(sotto_ot_trees_expand(tree_bits, other.data(), others.data()) == SOTTO_OK);
  Bytes request(trees * 16 * static_cast<std::size_t>(blocks)), received(16 * count), sent(16 * count);
  CHECK(sotto_ot_trees_receiver(tree_bits, schedules.data(), 77 << 8, 5, blocks, choices.data(), request.data(),
                                    received.data()) == SOTTO_OK);
  CHECK(sotto_ot_trees_sender(tree_bits, others.data(), delta.data(), 77 << 8, 5, blocks, request.data(),
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

}  // namespace

int main() {
  if (!sotto_labels_available()) return 0;
  same_on_every_path([] {
    Bytes all;
    for (int32_t blocks : {0, 1, 15, 16, 35}) {
      for (int32_t tree_bits : {2, 4, 8}) add(all, trees(tree_bits, blocks));
    }
    return all;
  });
  return 0;
}
