#pragma once

#include <cstddef>
#include <cstdint>

namespace sotto {

// Slots and coefficients of CKKS in double-double arithmetic, kLanes polynomials at a time. (Numbers are
// unevaluated sums of two doubles, some 104 bits; SEAL's encoder has 53, too few beside wide masks.)
//
// A real polynomial m of degree below N = 2n is a = sum of (m_j + i m_{j+n}) X^j for j < n modulo
// X^n - i: the slots are its values where X^n = i, that is at zeta^t for t = 1 modulo 4, zeta =
// exp(2 pi i / 2N). Slot k is the one of t = 1 + 4 rev(k), rev turning the bits of k around: the order
// in which halving X^n - c^2 = (X^(n/2) - c) (X^(n/2) + c) leaves them.
//
// Every path gives the same bits. Time and addresses depend on n only.
class Embedding {
 public:
  static constexpr std::size_t kLanes = 8;
  // Doubles of a complex number in all lanes: of each lane the high part of the real part, then the low
  // ones, the same of the imaginary part.
  static constexpr std::size_t kStride = 4 * kLanes;

  // For N = 2^log_degree, 2^4 to 2^15; lives as long as the program.
  static const Embedding& of(int log_degree);

  // n.
  std::size_t slots() const { return n_; }
  // Doubles of kLanes polynomials.
  std::size_t doubles() const { return n_ * kStride; }

  // Values of a to slots, in place.
  void to_slots(double* values) const;
  // The inverse times n, in place.
  void from_slots(double* values) const;

 private:
  explicit Embedding(int log_degree);

  std::size_t n_;
  // Of node i the factor c: real high and low, imaginary high and low. The root is node 1.
  double* factors_;
};

}  // namespace sotto
