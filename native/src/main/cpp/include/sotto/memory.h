#ifndef SOTTO_MEMORY_H
#define SOTTO_MEMORY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The address of zeroed memory on a 64-byte boundary, as a number because Java keeps it so; 0 if
// there is none.
int64_t sotto_memory_allocate(int64_t bytes);

// Overwrites with zeros in a way that the compiler may not leave out.
void sotto_memory_wipe(int64_t address, int64_t bytes);

// Overwrites with zeros, or gives pages back to the system, which hands out zeros when they are
// touched again.
void sotto_memory_discard(int64_t address, int64_t bytes);

// Wipes, then frees.
void sotto_memory_free(int64_t address, int64_t bytes);

#ifdef __cplusplus
}
#endif

#endif
