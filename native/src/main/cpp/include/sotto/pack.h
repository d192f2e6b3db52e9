#ifndef SOTTO_PACK_H
#define SOTTO_PACK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Integers of `bits` bits each (1 to 62), least significant bit first, in a row of ceil(count *
// bits / 8) bytes whose spare bits are zero.

// Refuses values of more bits.
int sotto_pack(const uint64_t* values, int64_t count, int bits, uint8_t* out);

// *valid becomes 0 when a value is not below the bound (at most 2^bits) or a spare bit is set,
// else 1.
int sotto_unpack(const uint8_t* bytes, int64_t count, int bits, uint64_t bound, uint64_t* out,
                 int32_t* valid);

#ifdef __cplusplus
}
#endif

#endif
