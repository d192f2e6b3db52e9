#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "sotto/status.h"

// What tests of the integer kernels share: random numbers from one seed, which a failure prints.

using Words = std::vector<std::uint64_t>;

constexpr std::uint64_t kSeed = 20261121;
inline std::mt19937_64 random_bits(kSeed);

inline void check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "failed: %s (seed %llu)\n", what, static_cast<unsigned long long>(kSeed));
  std::exit(1);
}

inline std::uint64_t below(std::uint64_t bound) { return random_bits() % bound; }

inline std::uint64_t odd_modulus(int bits) {
  const std::uint64_t top = std::uint64_t{1} << (bits - 1);
  return top | below(top) | 1;
}

inline Words residues(std::size_t count, std::uint64_t q) {
  Words values(count);
  for (auto& value : values) value = below(4) == 0 ? q - 1 : below(q);
  return values;
}
