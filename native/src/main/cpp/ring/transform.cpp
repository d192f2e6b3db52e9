#include "ring/transform.h"

#include "numbers/modular.h"
#include "ring/transform_floating.h"
#include "ring/transform_ifma.h"
#include "sotto/cpu.h"

namespace sotto {
namespace {

std::uint64_t power(std::uint64_t base, std::uint64_t exponent, std::uint64_t q) {
  std::uint64_t result = 1;
  for (; exponent != 0; exponent >>= 1) {
    if (exponent & 1) result = static_cast<std::uint64_t>(uint128{result} * base % q);
    base = static_cast<std::uint64_t>(uint128{base} * base % q);
  }
  return result;
}

}  // namespace

void Transform::Factors::add(std::uint64_t factor, std::uint64_t q) {
  value.push_back(static_cast<double>(factor));
  quotient.push_back(static_cast<double>(factor) / static_cast<double>(q));
  whole.push_back(factor);
  whole_quotient.push_back(static_cast<std::uint64_t>((uint128{factor} << 52) / q));
}

Transform::Transform(std::size_t n, std::uint64_t q, const std::vector<std::uint64_t>& roots)
    : n_(n), q_(q) {
  for (std::uint64_t root : roots) {
    roots_.add(root, q);
    inverse_roots_.add(power(root, q - 2, q), q);
  }
  scale_.add(power(n, q - 2, q), q);
}

namespace {

bool whole(std::uint64_t q) { return q >> ifma::kModulusBits == 0 && has(SOTTO_CPU_AVX512 | SOTTO_CPU_AVX512IFMA); }

bool narrow(std::uint64_t q) { return q >> ifma::Narrow::kModulusBits == 0; }

}  // namespace

bool Transform::usable(std::uint64_t q) {
  return whole(q) ||
         (q >> floating::kModulusBits == 0 && has(SOTTO_CPU_AVX2) && __builtin_cpu_supports("fma"));
}

void Transform::forward(std::uint64_t* poly) const {
  if (whole(q_)) {
    const auto transform = narrow(q_) ? ifma::transform_forward<ifma::Narrow> : ifma::transform_forward<ifma::Wide>;
    transform(poly, n_, q_, roots_.whole.data(), roots_.whole_quotient.data());
  } else {
    floating::transform_forward(poly, n_, q_, roots_.value.data(), roots_.quotient.data());
  }
}

void Transform::inverse(std::uint64_t* poly) const {
  const Factors& w = inverse_roots_;
  if (whole(q_)) {
    const auto transform = narrow(q_) ? ifma::transform_inverse<ifma::Narrow> : ifma::transform_inverse<ifma::Wide>;
    transform(poly, n_, q_, w.whole.data(), w.whole_quotient.data(), scale_.whole[0], scale_.whole_quotient[0]);
  } else {
    floating::transform_inverse(poly, n_, q_, w.value.data(), w.quotient.data(), scale_.value[0],
                                scale_.quotient[0]);
  }
}

void Transform::multiply(const std::uint64_t* a, const std::uint64_t* b, std::uint64_t* out) const {
  if (whole(q_)) {
    ifma::products(a, b, n_, q_, out);
  } else {
    floating::products(a, b, n_, q_, out);
  }
}

}  // namespace sotto
