#ifndef SOTTO_LABELS_H
#define SOTTO_LABELS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Wire labels of 16 bytes; io.sotto.gc.internal.LabelKernel specifies each function.

// 1 if this machine has the AES instructions that everything on labels needs but sotto/lookup_tables.h.
int32_t sotto_labels_available(void);

int sotto_labels_generate(const uint8_t* key, int64_t upper, int64_t first_counter, int64_t count, uint8_t* labels);

int sotto_labels_add_offset(uint8_t* labels, int32_t wires, int32_t lanes, const uint8_t* bits,
                            int64_t row_bytes, const uint8_t* delta);

// hashes[i] = H(labels[i] ^ offset, id) for n labels, rounded up to a multiple of 8.
int sotto_labels_hash(const uint8_t* labels, const uint8_t* offset, const uint8_t* session_key,
                      int64_t id, int32_t n, uint8_t* hashes);

#ifdef __cplusplus
}
#endif

#endif
