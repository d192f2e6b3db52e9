#pragma once

#include "sotto/cpu.h"

// A loop that is written once, as an always inlined function of its name and _loop, and compiled for three
// instruction sets.
#define SOTTO_LOOP __attribute__((always_inline)) inline void

#define SOTTO_EACH_TARGET(name, parameters, arguments)                                                          \
  void name##_plain parameters { name##_loop arguments; }                                                       \
  __attribute__((target("avx2"))) void name##_avx2 parameters { name##_loop arguments; }                        \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512"))) void name##_avx512      \
      parameters {                                                                                              \
    name##_loop arguments;                                                                                      \
  }                                                                                                             \
  void name parameters {                                                                                        \
    if (sotto::has(SOTTO_CPU_AVX512)) {                                                                         \
      name##_avx512 arguments;                                                                                  \
    } else if (sotto::has(SOTTO_CPU_AVX2)) {                                                                    \
      name##_avx2 arguments;                                                                                    \
    } else {                                                                                                    \
      name##_plain arguments;                                                                                   \
    }                                                                                                           \
  }
