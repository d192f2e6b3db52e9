#ifndef SOTTO_HALF_GATES_H
#define SOTTO_HALF_GATES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Garbled circuits for a block of n instances on lanes = n rounded up to a multiple of 8; slot s of lane i
// is label s * lanes + i. io.sotto.gc.internal.LabelKernel specifies each function.

enum { SOTTO_GATE_XOR = 0, SOTTO_GATE_AND = 1, SOTTO_GATE_NOT = 2 };

// Gates are four int32 each: operation, first slot, second slot, target slot.
typedef struct {
  const int32_t* gates;
  int32_t gate_count;
  int32_t slot_count;
} sotto_circuit;

int sotto_half_gates_garble(const sotto_circuit* circuit, int32_t n, uint8_t* slots, const uint8_t* delta,
                            const uint8_t* session_key, int64_t first_gate_id, uint8_t* tables, int64_t table_bytes);

int sotto_half_gates_evaluate(const sotto_circuit* circuit, int32_t n, uint8_t* slots, const uint8_t* session_key,
                              int64_t first_gate_id, const uint8_t* tables, int64_t table_bytes);

int sotto_half_gates_colours(const int32_t* outputs, int32_t output_count, int32_t slot_count, int32_t n,
                             const uint8_t* slots, uint8_t* bits);

#ifdef __cplusplus
}
#endif

#endif
