#pragma once

#include <cstdint>

namespace sotto {

// count blocks of AES in counter mode: the numbers from counter on, with the same upper half.
using Generator = void (*)(const uint8_t* key, uint64_t upper, uint64_t counter, int64_t count, uint8_t* out);

// For this processor, which has AES instructions.
Generator fastest_generator();

}  // namespace sotto
