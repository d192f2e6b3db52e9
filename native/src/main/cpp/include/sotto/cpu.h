#ifndef SOTTO_CPU_H
#define SOTTO_CPU_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Bits of what the processor and the operating system offer. SOTTO_CPU_AVX512 stands for F, BW, DQ and VL.
enum {
  SOTTO_CPU_SSE41 = 1,
  SOTTO_CPU_AESNI = 2,
  SOTTO_CPU_PCLMUL = 4,
  SOTTO_CPU_AVX2 = 8,
  SOTTO_CPU_BMI2 = 16,
  SOTTO_CPU_VAES = 32,
  SOTTO_CPU_VPCLMUL = 64,
  SOTTO_CPU_AVX512 = 128,
  SOTTO_CPU_AVX512IFMA = 256,
  SOTTO_CPU_GFNI = 512  // of 512 bits
};

// What is there.
uint32_t sotto_cpu_detected(void);

// What kernels may use now: what is there, less what sotto_cpu_restrict took away.
uint32_t sotto_cpu_usable(void);

// From now on kernels use at most these; for tests that compare every path.
void sotto_cpu_restrict(uint32_t features);

#ifdef __cplusplus
}

namespace sotto {
// Kernels ask this once a call: has(SOTTO_CPU_AVX2 | SOTTO_CPU_VAES) is true if all are usable.
inline bool has(uint32_t features) { return (sotto_cpu_usable() & features) == features; }
}  // namespace sotto
#endif

#endif
