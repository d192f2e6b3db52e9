#pragma once

#include <cstdint>

namespace sotto {

// Columns of the matrix of the OT extension.
constexpr int kColumns = 128;

// Turns so many blocks of 128 transfers on their side: label j gets bit j of each of the 128 rows, which
// are row_bytes apart.
using Columns = void (*)(const uint8_t* rows, int64_t row_bytes, int32_t blocks, uint8_t* labels);

// For this processor.
Columns fastest_columns();

}  // namespace sotto
