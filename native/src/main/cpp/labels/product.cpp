#include "sotto/product.h"

#include "labels/paths.h"
#include "numbers/modular.h"

using sotto::guarded;
using sotto::require;

namespace {

#define SOTTO_KERNELS "labels/product_path.inc"
#include "labels/each_path.inc"

void check_products(const sotto_product_run& run) {
  check_blocks(run.size, run.block);
  require(run.width >= 1 && run.width <= 62, "a product's width out of range");
}

}  // namespace

int sotto_product_own(const sotto_product_run* run, const uint8_t* offset, const uint8_t* labels,
                      const uint8_t* bits, const uint64_t* factors, uint64_t* corrections, uint64_t* results) {
  return guarded([&] {
    check_products(*run);
    fastest(narrow::product_own, wide::product_own, widest::product_own)(
        *run, offset, labels, bits, factors, corrections, results);
  });
}

int sotto_product_take(const sotto_product_run* run, const uint8_t* labels, const uint8_t* bits,
                       const uint64_t* corrections, uint64_t* results) {
  return guarded([&] {
    check_products(*run);
    fastest(narrow::product_take, wide::product_take, widest::product_take)(*run, labels, bits, corrections, results);
  });
}
