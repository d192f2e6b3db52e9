#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sotto {

// SEAL's number-theoretic transforms on vector units, several times as fast: the same residues in the same order.
class Transform {
 public:
  // Roots in SEAL's order: the powers of a primitive 2n-th root, by their exponents' reversed bits.
  Transform(std::size_t n, std::uint64_t q, const std::vector<std::uint64_t>& roots);

  // Whether this processor's vectors are wide enough for the modulus.
  static bool usable(std::uint64_t q);

  // In place, residues in [0,q) to residues in [0,q).
  void forward(std::uint64_t* poly) const;
  void inverse(std::uint64_t* poly) const;

  // out[i] = a[i] * b[i]; out may be a or b.
  void multiply(const std::uint64_t* a, const std::uint64_t* b, std::uint64_t* out) const;

 private:
  // Numbers below q and their quotients by q, as doubles and as integers, these times 2^52.
  struct Factors {
    std::vector<double> value;
    std::vector<double> quotient;
    std::vector<std::uint64_t> whole;
    std::vector<std::uint64_t> whole_quotient;
    void add(std::uint64_t factor, std::uint64_t q);
  };

  std::size_t n_;
  std::uint64_t q_;
  Factors roots_;
  Factors inverse_roots_;
  Factors scale_;  // 1/n
};

}  // namespace sotto
