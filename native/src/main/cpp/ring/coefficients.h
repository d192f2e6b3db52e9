#pragma once

#include <cstddef>
#include <cstdint>

// Loops over n coefficients, on what vectors there are; an output may be an input of the same type. Residues
// are below q, which is below 2^60.

namespace sotto::coefficients {

void add(const std::uint64_t* a, const std::uint64_t* b, std::size_t n, std::uint64_t q, std::uint64_t* out);

void subtract(const std::uint64_t* a, const std::uint64_t* b, std::size_t n, std::uint64_t q, std::uint64_t* out);

// Looks at every value whatever it finds; the result tells no position.
bool all_below(const std::uint64_t* values, std::size_t n, std::uint64_t bound);

// Numbers of k bits, read as signed, to residues; they are below q in magnitude.
void from_signed(const std::uint64_t* values, std::size_t n, int k, std::uint64_t q, std::uint64_t* out);

// Residues, read as between -q/2 and q/2, modulo 2^k.
void to_signed(const std::uint64_t* residues, std::size_t n, int k, std::uint64_t q, std::uint64_t* out);

// Integers to residues, if all are between -2^20 and 2^20, the bounds left out, and q is above 2^19; else false.
bool from_weights(const std::int32_t* weights, std::size_t n, std::uint64_t q, std::uint64_t* out);

}  // namespace sotto::coefficients
