#ifndef SOTTO_TRANSPOSE_H
#define SOTTO_TRANSPOSE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Numbers of 64 bits on their side: row r holds bit first_bit + r of each, number c at bit c mod 64 of its word
// c / 64. Rows are row_bytes apart, a multiple of 8 that holds the count.

// Bits of the last word beyond the last number become zero.
int sotto_transpose_to_rows(const uint64_t* numbers, int64_t count, int32_t first_bit, int32_t bits,
                            int64_t row_bytes, uint64_t* rows);

// Numbers of so many bits, the lowest in the first row.
int sotto_transpose_to_numbers(const uint64_t* rows, int64_t row_bytes, int32_t bits, int64_t count,
                               uint64_t* numbers);

#ifdef __cplusplus
}
#endif

#endif
