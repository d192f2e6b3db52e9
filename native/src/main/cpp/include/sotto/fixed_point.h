#ifndef SOTTO_FIXED_POINT_H
#define SOTTO_FIXED_POINT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Fixed-point numbers between Z_{2^bits} and Z_q, element by element; `out` may be an input. q is
// odd and below 2^60, residues are canonical, 1 <= bits <= 62. Rounding is to nearest, ties up.

// round(v * q / 2^bits) mod q, where v is the low bits of each value.
int sotto_fixed_to_ring(const uint64_t* values, int64_t count, int bits, uint64_t q, uint64_t* out);

// round(x * 2^bits / q) mod 2^bits.
int sotto_fixed_from_ring(const uint64_t* residues, int64_t count, uint64_t q, int bits,
                          uint64_t* out);

// a = a + b modulo q.
int sotto_fixed_add_mod(uint64_t* a, const uint64_t* b, int64_t count, uint64_t q);

// Adds constants[i] to the first `used` of the `columns` values of row i, modulo q.
int sotto_fixed_add_to_rows_mod(uint64_t* a, const uint64_t* constants, int64_t rows,
                                int64_t columns, int64_t used, uint64_t q);

// floor((v mod 2^from_bits) / 2^(from_bits - to_bits)).
int sotto_fixed_drop_bits(const uint64_t* values, int64_t count, int from_bits, int to_bits,
                          uint64_t* out);

// Numbers from and to where public tables say: index i, unless it is negative, stands for the place
// index[i] * stride + offset among the values. Refuses places that aren't there.

// out[i] = the value at its place, or 0 without one; `out` is other memory.
int sotto_fixed_gather(const uint64_t* values, int64_t values_count, const int32_t* index, int64_t count,
                       int64_t stride, int64_t offset, uint64_t* out);

// The value at the place of i = in[i], in order; values without an index keep what they are.
int sotto_fixed_scatter(const uint64_t* in, const int32_t* index, int64_t count, int64_t stride,
                        int64_t offset, uint64_t* values, int64_t values_count);

#ifdef __cplusplus
}
#endif

#endif
