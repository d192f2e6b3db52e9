// Products of bits with numbers, between two sides and on every path of this machine, within buffers of
// exactly the size that is needed; run it under the sanitizers.

#include "sotto/product.h"

#include "labels/every_path.h"
#include "sotto/labels.h"

namespace {

Bytes products(int32_t width, int32_t size, int32_t block) {
  const std::size_t count = static_cast<std::size_t>(size), lanes = up_to_8(count);
  const Bytes offset = random_bytes(16), key = random_bytes(16), zeros = random_bytes(16 * lanes);
  const Bytes x = random_bytes((count + 7) / 8), y = random_bytes((count + 7) / 8);
  Bytes active = zeros;
  for (std::size_t i = 0; i < count; i++) {
    for (int byte = 0; bit(y, i) != 0 && byte < 16; byte++) active[16 * i + byte] ^= offset[byte];
  }
  const Words factors = random_words(count), already = random_words(count);
  Words corrections(count), own(count), taken = already;
  const int64_t id = static_cast<int64_t>(generator());
  const sotto_product_run run = {width, size, block, key.data(), id};
  CHECK(sotto_product_own(&run, offset.data(), zeros.data(), x.data(), factors.data(), corrections.data(),
                          own.data()) == SOTTO_OK);
  CHECK(sotto_product_take(&run, active.data(), y.data(), corrections.data(), taken.data()) == SOTTO_OK);
  const uint64_t mask = (uint64_t{1} << width) - 1;
  for (std::size_t i = 0; i < count; i++) {
    const uint64_t z = bit(x, i) ^ bit(y, i);
    CHECK(((own[i] + taken[i] - already[i] - z * factors[i]) & mask) == 0);
    CHECK(corrections[i] <= mask && own[i] <= mask && taken[i] <= mask);
  }
  Bytes result;
  add(result, corrections);
  add(result, own);
  add(result, taken);
  return result;
}

void refusals() {
  Words words(8);
  Bytes row(1), key(16), labels(8 * 16);
  const auto product = [&](int32_t width, int32_t size, int32_t block) {
    const sotto_product_run run = {width, size, block, key.data(), 0};
    const int made = sotto_product_own(&run, key.data(), labels.data(), row.data(), words.data(), words.data(),
                                       words.data());
    CHECK(made == sotto_product_take(&run, labels.data(), row.data(), words.data(), words.data()));
    return made;
  };
  CHECK(product(62, 8, 8) == SOTTO_OK);
  for (int32_t width : {INT32_MIN, -1, 0, 63, 64}) CHECK(product(width, 8, 8) == SOTTO_INVALID);
  CHECK(product(5, -1, 8) == SOTTO_INVALID);
  for (int32_t block : {INT32_MIN, -8, 0, 1, 7, 9, INT32_MAX}) CHECK(product(5, 8, block) == SOTTO_INVALID);
}

}  // namespace

int main() {
  if (!sotto_labels_available()) return 0;
  same_on_every_path([] {
    Bytes all;
    for (int32_t size : {0, 1, 7, 8, 9, 255, 256, 257, 1000}) {
      for (int32_t block : {8, 24, 256}) {
        for (int32_t width : {1, 12, 28, 62}) add(all, products(width, size, block));
      }
    }
    refusals();
    return all;
  });
  return 0;
}
