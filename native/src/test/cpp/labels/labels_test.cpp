// Nothing on labels runs without the instructions, and nothing is written then.

#include "sotto/labels.h"

#include "labels/every_path.h"
#include "sotto/lookup_pads.h"
#include "sotto/product.h"

int main() {
  sotto_cpu_restrict(0);
  CHECK(sotto_labels_available() == 0);
  Words words(8);
  Bytes block(16), labels(8 * 16);
  CHECK(sotto_labels_generate(block.data(), 0, 0, 1, labels.data()) == SOTTO_INVALID);
  const sotto_lookup_transfers transfers = {1, 8, 8, block.data(), 0, labels.data()};
  CHECK(sotto_lookup_pads(&transfers, 0, 1, block.data(), words.data()) == SOTTO_INVALID);
  const sotto_product_run run = {5, 8, 8, block.data(), 0};
  CHECK(sotto_product_take(&run, labels.data(), block.data(), words.data(), words.data()) == SOTTO_INVALID);
  CHECK(words == Words(8) && labels == Bytes(8 * 16));
  return 0;
}
