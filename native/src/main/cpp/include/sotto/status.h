#ifndef SOTTO_STATUS_H
#define SOTTO_STATUS_H

// What all functions of the facade hold to. On every path that the processor can choose, time and addresses
// depend on sizes and on what is public, never on numbers, weights, bits, labels or keys; SEAL's encoder is
// left aside. A function throws nothing. It returns one of these, or a new object and null when it
// fails. Status and message of the last failure on the calling thread are kept for the two below.

#ifdef __cplusplus
extern "C" {
#endif

enum {
  SOTTO_OK = 0,
  SOTTO_INVALID = 1,    // an argument that the callee does not accept
  SOTTO_NO_MEMORY = 2,
  SOTTO_FAILED = 3      // anything else: a bug on this side of the boundary
};

int sotto_last_status(void);
const char* sotto_last_error(void);

#ifdef __cplusplus
}
#endif

#endif
