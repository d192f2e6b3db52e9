#pragma once

#include <cstdint>

// Sums of pointwise products. pointwise.cpp has the order in which they are computed; the paths, one a
// header, compute one block each.
//
// A product of two residues comes in two parts, whose sums stay in registers over all terms and are reduced
// once. A weight is loaded once for both parts of a ciphertext and for several groups.

namespace sotto::pointwise {

// Coefficients whose sums are computed at once: four lines of the cache.
constexpr std::int64_t kColumns = 32;

// Of a ciphertext.
constexpr int kParts = 2;

// Weights stream from memory: they are asked for so many terms before they are needed.
constexpr std::int64_t kEarlier = 16;

// Results whose sums are computed side by side: their terms follow each other.
struct Tile {
  Tile(const std::int32_t* inputs, const std::int32_t* weights, std::int64_t count)
      : input(inputs), weight(weights), terms(count) {
    if (terms == 0) return;
    later_terms = kEarlier % terms;
    later_columns = kEarlier / terms * kColumns;
  }

  const std::int32_t* input;
  const std::int32_t* weight;
  std::int64_t terms;
  std::int64_t later_terms = 0;
  std::int64_t later_columns = 0;
};

// The sums of one result at kColumns coefficients.
struct Block {
  const Tile& tile;
  std::int64_t groups;
  const std::uint64_t* panel;  // numbers beside each other, by input, group and part
  const std::uint64_t* weights;
  std::int64_t next_weight;
  std::int64_t first;  // of the result's terms in the tile
  std::int64_t end;
  std::uint64_t* out[kParts];
  std::int64_t next_out;

  const std::uint64_t* numbers(std::int64_t term, std::int64_t group) const {
    return panel + (tile.input[term] * groups + group) * kParts * kColumns;
  }

  const std::uint64_t* factors(std::int64_t term) const { return weights + tile.weight[term] * next_weight; }

  // Past the tile's last term come its next columns.
  const std::uint64_t* later_factors(std::int64_t term) const {
    const std::int64_t later = term + tile.later_terms;
    const bool next = later >= tile.terms;
    return factors(next ? later - tile.terms : later) + tile.later_columns + (next ? kColumns : 0);
  }

  std::uint64_t* result(std::int64_t group, int part) const { return out[part] + group * next_out; }
};

}  // namespace sotto::pointwise
