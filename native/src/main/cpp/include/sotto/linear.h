#ifndef SOTTO_LINEAR_H
#define SOTTO_LINEAR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A product modulo q of m rows of k weights each with k of `rows` rows of n residues.
typedef struct {
  uint64_t q;
  int64_t rows;
  int64_t n;
  int64_t k;
  int64_t m;
} sotto_linear_product;

// out[o][c] = sum over i < k of weights[o * k + i] * in[refs[i]][c] modulo q, canonical; the
// reference -1 is a row of zeros. `in` and `out`, which is other memory, hold residues in [0, q); q
// is odd and below 2^60. Refuses references outside -1 .. rows - 1 and weights outside -2^20 < w <
// 2^20.
int sotto_linear_accumulate(const sotto_linear_product* product, const uint64_t* in, const int32_t* refs,
                            const int32_t* weights, uint64_t* out);

#ifdef __cplusplus
}
#endif

#endif
