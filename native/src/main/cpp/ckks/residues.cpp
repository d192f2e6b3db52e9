#include "ckks/residues.h"

namespace sotto {

using int128 = __int128;
using seal::util::MultiplyUIntModOperand;

Composition::Composition(const Chain& chain) : chain_(chain), product_(1) {
  for (std::size_t i = 0; i < chain.primes; i++) {
    const seal::Modulus& q = chain.modulus(i);
    int bits = 0;
    for (uint128 p = product_; p != 0; p >>= 1) bits++;
    require(bits + q.bit_count() <= 126, "primes of more than 126 bits in all");
    Digit digit;
    for (uint128 p : products_) {
      MultiplyUIntModOperand operand;
      operand.set(static_cast<uint64_t>(p % q.value()), q);
      digit.weights.push_back(operand);
    }
    uint64_t inverse = 1;
    if (i > 0) {
      require(seal::util::try_invert_uint_mod(static_cast<uint64_t>(product_ % q.value()), q,
                                              inverse),
              "primes of a chain differ");
    }
    digit.inverse.set(inverse, q);
    digits_.push_back(digit);
    products_.push_back(product_);
    product_ *= q.value();
  }
}

Wide Composition::of(const uint64_t* residues, std::size_t stride) const {
  uint64_t digits[kMaxPrimes];
  uint128 value = residues[0];
  digits[0] = residues[0];
  for (std::size_t i = 1; i < chain_.primes; i++) {
    const seal::Modulus& q = chain_.modulus(i);
    uint64_t known = 0;
    for (std::size_t j = 0; j < i; j++) {
      const uint64_t digit = seal::util::barrett_reduce_64(digits[j], q);
      known = seal::util::add_uint_mod(
          known, seal::util::multiply_uint_mod(digit, digits_[i].weights[j], q), q);
    }
    digits[i] = seal::util::multiply_uint_mod(
        seal::util::sub_uint_mod(residues[i * stride], known, q), digits_[i].inverse, q);
    value += products_[i] * digits[i];
  }
  const uint128 above = (product_ >> 1) - value;
  const uint128 negative = uint128{0} - (above >> 127);
  const auto centred = static_cast<int128>(value - (product_ & negative));
  // What a peer sends may be anything; a high part that is too large is cut.
  const auto high = static_cast<uint64_t>(centred >> kLowBits) << 11;
  return {static_cast<int64_t>(high) >> 11,
          static_cast<int64_t>(static_cast<uint64_t>(centred) & low_bits(kLowBits))};
}

}  // namespace sotto
