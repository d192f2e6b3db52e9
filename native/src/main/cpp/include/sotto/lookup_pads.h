#ifndef SOTTO_LOOKUP_PADS_H
#define SOTTO_LOOKUP_PADS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The pads of lookups, for blocks of instances that share keys; io.sotto.gc.internal.LookupKernel
// specifies each function.

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

#ifdef __cplusplus
}
#endif

#endif
