#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "check.h"
#include "sotto/cpu.h"

// What tests of kernels on labels share: random bytes from one seed, and a run on every path.

using Bytes = std::vector<uint8_t>;
using Words = std::vector<uint64_t>;

constexpr uint64_t kSeed = 20261121;
inline std::mt19937_64 generator(kSeed);

inline Bytes random_bytes(std::size_t count) {
  Bytes bytes(count);
  for (auto& byte : bytes) byte = static_cast<uint8_t>(generator());
  return bytes;
}

inline Words random_words(std::size_t count) {
  Words words(count);
  for (auto& word : words) word = generator();
  return words;
}

inline uint64_t bit(const Bytes& row, std::size_t i) { return row[i / 8] >> (i % 8) & 1; }

inline std::size_t up_to_8(std::size_t n) { return (n + 7) & ~std::size_t{7}; }

inline void add(Bytes& to, const Bytes& bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

inline void add(Bytes& to, const Words& words) {
  for (uint64_t word : words) {
    for (int byte = 0; byte < 8; byte++) to.push_back(static_cast<uint8_t>(word >> 8 * byte));
  }
}

// All paths of this machine give the same bytes for the same random numbers.
template <class Run>
void same_on_every_path(Run run) {
  Bytes expected;
  const uint32_t aes = SOTTO_CPU_AESNI;
  for (uint32_t features :
       {aes, aes | SOTTO_CPU_AVX2 | SOTTO_CPU_VAES, ~static_cast<uint32_t>(SOTTO_CPU_GFNI), ~0u}) {
    sotto_cpu_restrict(features);
    generator.seed(kSeed);
    const Bytes all = run();
    if (expected.empty()) expected = all;
    CHECK(all == expected);
  }
  sotto_cpu_restrict(~0u);
}
