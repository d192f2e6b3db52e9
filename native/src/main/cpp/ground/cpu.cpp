#include "sotto/cpu.h"

#include <cpuid.h>

#include <atomic>

namespace {

uint64_t enabled_register_state() {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (static_cast<uint64_t>(high) << 32) | low;
}

uint32_t detect() {
  constexpr uint64_t kYmmState = 0x06;
  constexpr uint64_t kZmmState = 0xe6;
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
  uint32_t found = 0;
  if (c & (1u << 19)) found |= SOTTO_CPU_SSE41;
  if (c & (1u << 25)) found |= SOTTO_CPU_AESNI;
  if (c & (1u << 1)) found |= SOTTO_CPU_PCLMUL;

  uint64_t state = (c & (1u << 27)) ? enabled_register_state() : 0;
  bool ymm = (state & kYmmState) == kYmmState;
  bool zmm = (state & kZmmState) == kZmmState;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return found;
  if (b & (1u << 8)) found |= SOTTO_CPU_BMI2;
  if (ymm && (b & (1u << 5))) {
    found |= SOTTO_CPU_AVX2;
    if (c & (1u << 9)) found |= SOTTO_CPU_VAES;
    if (c & (1u << 10)) found |= SOTTO_CPU_VPCLMUL;
  }
  constexpr uint32_t kAvx512 = (1u << 16) | (1u << 17) | (1u << 30) | (1u << 31);  // F, DQ, BW, VL
  if (zmm && (b & kAvx512) == kAvx512) {
    found |= SOTTO_CPU_AVX512;
    if (c & (1u << 8)) found |= SOTTO_CPU_GFNI;
    if (b & (1u << 21)) found |= SOTTO_CPU_AVX512IFMA;
  }
  return found;
}

const uint32_t detected = detect();
std::atomic<uint32_t> allowed{~0u};

}  // namespace

uint32_t sotto_cpu_detected(void) { return detected; }

uint32_t sotto_cpu_usable(void) { return detected & allowed.load(std::memory_order_relaxed); }

void sotto_cpu_restrict(uint32_t features) { allowed.store(features, std::memory_order_relaxed); }
