#pragma once

#include <cstddef>
#include <cstdint>

#include "random/aes_stream.h"

namespace sotto {

// Polynomials of n residues modulo q from a seed's streams (n a multiple of 8). What is left out by a
// rejection says nothing about what stays; otherwise time and addresses depend on n only.
class Sampler {
 public:
  Sampler(const std::uint8_t* seed, std::uint64_t q, std::size_t n);

  // Uniform on [0,q): the stream's 64-bit numbers in order, cut to the length of q, those not below q
  // left out.
  void uniform(std::uint32_t purpose, std::uint64_t index, std::uint64_t* out) const;

  // Uniform on {-1,0,1}: the stream's 16-bit numbers in order modulo 3, 2^16 - 1 left out.
  void ternary(std::uint32_t purpose, std::uint64_t index, std::uint64_t* out) const;

  // SEAL's centred binomial: ones among bits 0..20 of each 64-bit number, less those among bits 32..52.
  void noise(std::uint32_t purpose, std::uint64_t index, std::uint64_t* out) const;

 private:
  AesStream stream_;
  std::uint64_t q_;
  std::uint64_t length_mask_;
  std::size_t n_;
};

}  // namespace sotto
