#ifndef SOTTO_LOOKUP_TABLES_H
#define SOTTO_LOOKUP_TABLES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The steps of lookups that need no cipher; io.sotto.gc.internal.LookupKernel specifies each.
// Rows are a bit for each number, lowest first, up to a whole byte.

// Some bits of a number, and whether a carry comes in below them.
typedef struct {
  int32_t first_bit;
  int32_t bits;
  int32_t carries;
} sotto_lookup_window;

int sotto_lookup_tables(const sotto_lookup_window* window, int32_t size, const uint64_t* shares,
                        const uint8_t* carry_row, const uint8_t* fresh_row, const uint64_t* pads, uint64_t* tables);

int sotto_lookup_entries(const sotto_lookup_window* window, int32_t size, const uint64_t* shares,
                         const uint8_t* choice_row, const uint64_t* pads, const uint64_t* tables, uint8_t* row);

int sotto_lookup_bits(int32_t bit, int32_t size, uint64_t addend, const uint64_t* numbers, uint8_t* row);

int sotto_lookup_signs(int32_t bits, int32_t size, const uint64_t* shares, uint64_t* signs);

// Some bits of a number as one of more or fewer, in two's complement if it is signed.
typedef struct {
  int32_t first_bit;
  int32_t bits;
  int32_t wide_bits;
  int32_t is_signed;
} sotto_lookup_part;

int sotto_lookup_parts(const sotto_lookup_part* part, int32_t size, const uint64_t* shares,
                       const uint64_t* carries, const uint64_t* wraps, uint64_t* numbers);

#ifdef __cplusplus
}
#endif

#endif
