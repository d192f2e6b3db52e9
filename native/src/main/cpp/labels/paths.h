#pragma once

#include <cstring>
#include <type_traits>

#include "ground/guard.h"
#include "ground/secure_memory.h"
#include "labels/registers.h"
#include "sotto/cpu.h"

// What files of kernels on labels begin with: the hashes for each width, and the choice of one.

namespace {

#define SOTTO_KERNELS "labels/hash_path.inc"
#include "labels/each_path.inc"

inline void require_aes() {
  sotto::require(sotto::has(SOTTO_CPU_AESNI), "this machine has no AES instructions");
}

// Blocks of instances that share keys.
inline void check_blocks(int32_t size, int32_t block) {
  require_aes();
  sotto::require(size >= 0 && block > 0 && block % 8 == 0, "a block that is no multiple of 8");
}

// The form of a kernel for the widest registers that may be used.
template <class Path>
Path fastest(Path narrow_path, Path wide_path, Path widest_path) {
  return sotto::has(SOTTO_CPU_VAES | SOTTO_CPU_AVX512) ? widest_path
         : sotto::has(SOTTO_CPU_VAES | SOTTO_CPU_AVX2) ? wide_path
                                                       : narrow_path;
}

}  // namespace
