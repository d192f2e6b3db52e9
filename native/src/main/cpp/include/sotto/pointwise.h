#ifndef SOTTO_POINTWISE_H
#define SOTTO_POINTWISE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Sums of pointwise products, for `groups` of which each has `inputs` polynomials of its own; the weights
// are the same for all groups. The sum of result r has the terms starts[r] to starts[r + 1] - 1, at most
// `terms` of them in all; term t is weights[weight[t]] times the group's in[input[t]].
typedef struct {
  uint64_t q;
  int64_t n;  // a multiple of 32
  int64_t groups;
  int64_t inputs;
  int64_t weights;
  int64_t results;
  int64_t terms;
  const int32_t* starts;
  const int32_t* input;
  const int32_t* weight;
  int64_t first;    // of the coefficients that are computed, a multiple of 32
  int64_t columns;  // so many of them, as well
} sotto_pointwise_sums;

// out[g * results + r] = the sum of result r over group g, pointwise modulo q, canonical; zeros if it has
// no term. Both parts of ciphertexts at once, by the same weights. Polynomials are n residues in [0, q),
// row-major; q is odd and below 2^60; out0 and out1 are other memory, of which only the coefficients asked
// for are written.
int sotto_pointwise_accumulate(const sotto_pointwise_sums* sums, const uint64_t* in0, const uint64_t* in1,
                               const uint64_t* weights, uint64_t* out0, uint64_t* out1);

#ifdef __cplusplus
}
#endif

#endif
