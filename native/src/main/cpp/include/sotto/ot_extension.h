#ifndef SOTTO_OT_EXTENSION_H
#define SOTTO_OT_EXTENSION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Both sides of the extension of oblivious transfers, in blocks of 128; io.sotto.gc.internal.LabelKernel
// specifies each function.

// SoftSpoken OT: 128 / tree_bits trees of 2^tree_bits leaf keys each, for tree_bits of 2, 4 or 8; a
// request has a row of 16 * blocks bytes for each tree. The leaves are expanded to schedules of 176
// bytes first.
int sotto_ot_trees_expand(int32_t tree_bits, const uint8_t* leaves, uint8_t* schedules);

int sotto_ot_trees_receiver(int32_t tree_bits, const uint8_t* schedules, int64_t salt, int64_t first_block,
                            int32_t blocks, const uint8_t* choices, uint8_t* request, uint8_t* labels);

int sotto_ot_trees_sender(int32_t tree_bits, const uint8_t* schedules, const uint8_t* delta,
                          int64_t salt, int64_t first_block, int32_t blocks, const uint8_t* request,
                          uint8_t* labels);

#ifdef __cplusplus
}
#endif

#endif
