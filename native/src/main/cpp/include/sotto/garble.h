#ifndef SOTTO_GARBLE_H
#define SOTTO_GARBLE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Work on wire labels of 16 bytes, constant time in labels, bits and keys. A block has n instances
// on lanes = n rounded up to a multiple of 8; slot s of lane i is label s * lanes + i.
// io.sotto.gc.internal.LabelKernel specifies each function.

enum { SOTTO_GATE_XOR = 0, SOTTO_GATE_AND = 1, SOTTO_GATE_NOT = 2 };

// Gates are four int32 each: operation, first slot, second slot, target slot.
typedef struct {
  const int32_t* gates;
  int32_t gate_count;
  int32_t slot_count;
} sotto_circuit;

// 1 if this machine has the AES instructions that all functions below need.
int32_t sotto_garble_available(void);

int sotto_garble_generate(const uint8_t* key, int64_t upper, int64_t first_counter, int64_t count, uint8_t* labels);

int sotto_garble_add_offset(uint8_t* labels, int32_t wires, int32_t lanes, const uint8_t* bits,
                            int64_t row_bytes, const uint8_t* delta);

int sotto_garble_garble(const sotto_circuit* circuit, int32_t n, uint8_t* slots, const uint8_t* delta,
                        const uint8_t* session_key, int64_t first_gate_id, uint8_t* tables, int64_t table_bytes);

int sotto_garble_evaluate(const sotto_circuit* circuit, int32_t n, uint8_t* slots, const uint8_t* session_key,
                          int64_t first_gate_id, const uint8_t* tables, int64_t table_bytes);

int sotto_garble_colours(const int32_t* outputs, int32_t output_count, int32_t slot_count, int32_t n,
                         const uint8_t* slots, uint8_t* bits);

// hashes[i] = H(labels[i] ^ offset, id) for n labels, rounded up to a multiple of 8.
int sotto_garble_hash(const uint8_t* labels, const uint8_t* offset, const uint8_t* session_key,
                      int64_t id, int32_t n, uint8_t* hashes);

int sotto_garble_extend_receiver(const uint8_t* zero_keys, const uint8_t* one_keys,
                                 int64_t first_block, int32_t blocks, const uint8_t* choices,
                                 uint8_t* request, uint8_t* labels);

int sotto_garble_extend_sender(const uint8_t* keys, const uint8_t* delta, int64_t first_block,
                               int32_t blocks, const uint8_t* request, uint8_t* labels);

// SoftSpoken OT: 128 / tree_bits trees of 2^tree_bits leaf keys each, for tree_bits of 2, 4 or 8; a
// request has a row of 16 * blocks bytes for each tree. The leaves are expanded to schedules of 176
// bytes first.
int sotto_garble_trees_expand(int32_t tree_bits, const uint8_t* leaves, uint8_t* schedules);

int sotto_garble_trees_receiver(int32_t tree_bits, const uint8_t* schedules, int64_t salt, int64_t first_block,
                                int32_t blocks, const uint8_t* choices, uint8_t* request, uint8_t* labels);

int sotto_garble_trees_sender(int32_t tree_bits, const uint8_t* schedules, const uint8_t* delta,
                              int64_t salt, int64_t first_block, int32_t blocks, const uint8_t* request,
                              uint8_t* labels);

// Pads of lookups and products of bits with numbers, in blocks that share keys; specified by LookupKernel
// and ProductKernel of io.sotto.gc.internal.

// The transfers of lookups: for each block of instances, wire by wire, lane by lane.
typedef struct {
  int32_t wires;  // of an instance
  int32_t size;
  int32_t block;
  const uint8_t* session_key;
  int64_t first_id;
  const uint8_t* labels;
} sotto_lookup_transfers;

// Of a table whose choices are so many wires from first_wire on.
int sotto_lookup_pads(const sotto_lookup_transfers* transfers, int32_t first_wire, int32_t choices,
                      const uint8_t* delta, uint64_t* pads);

int sotto_lookup_chosen_pads(const sotto_lookup_transfers* transfers, int32_t first_wire, int32_t choices,
                             uint64_t* pads);

// Products of bits with numbers modulo 2^width.
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
