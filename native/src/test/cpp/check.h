#ifndef SOTTO_TEST_CHECK_H
#define SOTTO_TEST_CHECK_H

#include <cstdio>
#include <cstdlib>

#include "sotto/status.h"

// Ends the program with the place and the text of what does not hold.
#define CHECK(condition)                                                             \
  do {                                                                               \
    if (!(condition)) {                                                              \
      std::fprintf(stderr, "%s:%d: %s does not hold (last error: %s)\n", __FILE__, __LINE__, \
                   #condition, sotto_last_error());                                  \
      std::exit(1);                                                                  \
    }                                                                                \
  } while (0)

#endif
