#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>

#include "numbers/modular.h"
#include "sotto/linear.h"

// A dense integer matrix product, of which linear.cpp has the instructions.
//
// A product of a residue and a weight comes in two parts, whose sums over some thousand rows fit in
// 64 bits and are then reduced. Where there are multiplications of 32 bits, residues are split into
// halves of 30 bits that sit in the two halves of a 64-bit lane: signed products below 2^50, 2^12
// of which stay below 2^62. Where there are multiplications of 52 bits, residues and weights, which
// become residues as well, are below 2^52, and the parts are a product's lower and upper 52 bits:
// 2^11 of them stay below 2^63.
//
// Tiles: kTileColumns coefficients of kTileRows input rows (64 KB, repacked once for kTileOutputs
// outputs) stay in the second-level cache, one panel of a vector's width of it (4 KB or 8 KB) in
// the first.

namespace sotto::linear {

constexpr std::int64_t kTileColumns = 64;
constexpr std::int64_t kTileRows = 128;
constexpr std::int64_t kTileOutputs = 64;

using TileFill = void (*)(std::uint64_t* tile, const std::uint64_t* in, std::int64_t n,
                          const std::int32_t* refs, std::int64_t rows, std::int64_t column,
                          std::int64_t columns);

// Weights are those of a tile as prepare leaves them, else as they are.
using TileProduct = void (*)(const std::uint64_t* tile, std::int64_t rows, const void* weights,
                             std::int64_t stride, std::int64_t outputs, std::int64_t* low,
                             std::int64_t* high);

// Weights of a tile to residues, those of an output kTileRows apart from the next one's.
using Prepare = void (*)(const std::int32_t* weights, std::int64_t stride, std::int64_t rows,
                         std::int64_t outputs, std::uint64_t q, std::uint64_t* residues);

struct Path {
  TileFill fill;
  TileProduct product;
  Prepare prepare;              // null where weights are taken as they are
  int low_bits;                 // where a product is cut
  std::int64_t reduction_rows;  // a multiple of kTileRows
};

struct alignas(64) Scratch {
  std::uint64_t tile[kTileRows * kTileColumns];
  std::uint64_t weights[kTileRows * kTileOutputs];
  std::int64_t low[kTileOutputs * kTileColumns];
  std::int64_t high[kTileOutputs * kTileColumns];
  std::uint64_t sums[kTileOutputs * kTileColumns];
};

// Adds low + 2^low_bits * high to the sums modulo q and clears both. Each is above -2^62 and below
// 2^63.
inline void reduce(Scratch& s, std::int64_t count, std::uint64_t q, const Reducer& reducer,
                   const ConstantMultiplier& upper) {
  // A multiple of q that makes them non-negative and below 2^63 + 2^62 + 2^60.
  const std::uint64_t offset = ((std::uint64_t{1} << 62) / q + 1) * q;
  for (std::int64_t i = 0; i < count; i++) {
    std::uint64_t low = reducer.reduce(static_cast<std::uint64_t>(s.low[i]) + offset);
    std::uint64_t high = upper.multiply(static_cast<std::uint64_t>(s.high[i]) + offset);
    s.sums[i] = add_mod(s.sums[i], add_mod(low, high, q), q);
  }
  std::fill_n(s.low, count, 0);
  std::fill_n(s.high, count, 0);
}

inline void accumulate(const Path& path, const sotto_linear_product& product, const std::uint64_t* in,
                       const std::int32_t* refs, const std::int32_t* weights, std::uint64_t* out) {
  const auto [q, all_rows, n, k, m] = product;
  const std::unique_ptr<Scratch> memory(new Scratch);
  Scratch& s = *memory;
  const Reducer reducer(q);
  const ConstantMultiplier upper(reducer.reduce(std::uint64_t{1} << path.low_bits), q);

  for (std::int64_t column = 0; column < n; column += kTileColumns) {
    const std::int64_t columns = std::min(kTileColumns, n - column);
    for (std::int64_t output = 0; output < m; output += kTileOutputs) {
      const std::int64_t outputs = std::min(kTileOutputs, m - output);
      const std::int64_t count = outputs * kTileColumns;
      std::fill_n(s.low, count, 0);
      std::fill_n(s.high, count, 0);
      std::fill_n(s.sums, count, 0);
      for (std::int64_t row = 0; row < k; row += kTileRows) {
        const std::int64_t rows = std::min(kTileRows, k - row);
        const std::int32_t* tile_weights = weights + output * k + row;
        path.fill(s.tile, in, n, refs + row, rows, column, columns);
        if (path.prepare == nullptr) {
          path.product(s.tile, rows, tile_weights, k, outputs, s.low, s.high);
        } else {
          path.prepare(tile_weights, k, rows, outputs, q, s.weights);
          path.product(s.tile, rows, s.weights, kTileRows, outputs, s.low, s.high);
        }
        if ((row + kTileRows) % path.reduction_rows == 0) reduce(s, count, q, reducer, upper);
      }
      reduce(s, count, q, reducer, upper);
      for (std::int64_t o = 0; o < outputs; o++) {
        std::memcpy(out + (output + o) * n + column, s.sums + o * kTileColumns,
                    static_cast<std::size_t>(columns) * sizeof(std::uint64_t));
      }
    }
  }
}

}  // namespace sotto::linear
