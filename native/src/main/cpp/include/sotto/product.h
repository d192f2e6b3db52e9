#ifndef SOTTO_PRODUCT_H
#define SOTTO_PRODUCT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Products of bits with numbers, for blocks of instances that share keys;
// io.sotto.gc.internal.ProductKernel specifies each function.

// Modulo 2^width.
typedef struct {
  int32_t width;
  int32_t size;
  int32_t block;
  const uint8_t* session_key;
  int64_t first_id;
} sotto_product_run;

int sotto_product_own(const sotto_product_run* run, const uint8_t* offset, const uint8_t* labels,
                      const uint8_t* bits, const uint64_t* factors, uint64_t* corrections, uint64_t* results);

int sotto_product_take(const sotto_product_run* run, const uint8_t* labels, const uint8_t* bits,
                       const uint64_t* corrections, uint64_t* results);

#ifdef __cplusplus
}
#endif

#endif
