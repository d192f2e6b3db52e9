#ifndef SOTTO_LINEAR_H
#define SOTTO_LINEAR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// out[o][c] = sum over i < k of weights[o * k + i] * in[refs[i]][c] modulo q, canonical; the
// reference -1 is a row of zeros. `in` has `rows` rows and `out`, which is other memory, m rows of
// n residues in [0, q); q is odd and below 2^60. Refuses references outside -1 .. rows - 1 and
// weights outside -2^20 < w < 2^20. Weights choose no branch and no address.
int sotto_linear_accumulate(uint64_t q, const uint64_t* in, int64_t rows, int64_t n,
                            const int32_t* refs, int64_t k, const int32_t* weights, int64_t m,
                            uint64_t* out);

#ifdef __cplusplus
}
#endif

#endif
