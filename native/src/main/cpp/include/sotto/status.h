#ifndef SOTTO_STATUS_H
#define SOTTO_STATUS_H

// Every function of the facade returns one of these and throws nothing. The message of the last
// failure on the calling thread is kept for sotto_last_error.

#ifdef __cplusplus
extern "C" {
#endif

enum {
  SOTTO_OK = 0,
  SOTTO_INVALID = 1,    // an argument that the callee does not accept
  SOTTO_NO_MEMORY = 2,
  SOTTO_FAILED = 3      // anything else: a bug on this side of the boundary
};

const char* sotto_last_error(void);

#ifdef __cplusplus
}
#endif

#endif
