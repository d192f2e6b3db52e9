#pragma once

#include <algorithm>
#include <cstddef>

#include "ckks/chain.h"
#include "ckks/embedding.h"
#include "ground/secure_memory.h"

namespace sotto {

// Some polynomials side by side, as Embedding takes them; wiped at the end.
class Lanes {
 public:
  explicit Lanes(const Chain& chain)
      : embedding_(Embedding::of(log_degree(chain))), values_(embedding_.doubles()) {}

  const Embedding& embedding() const { return embedding_; }
  double* get() { return values_.get(); }
  void clear() { std::fill_n(values_.get(), embedding_.doubles(), 0.0); }

  // The coefficient's place: those from n on are the imaginary parts.
  double* coefficient(std::size_t i, std::size_t lane) {
    const std::size_t n = embedding_.slots();
    return values_.get() + (i % n) * Embedding::kStride + i / n * 2 * Embedding::kLanes + lane;
  }
  double* slot(std::size_t i, std::size_t lane) { return values_.get() + i * Embedding::kStride + lane; }

 private:
  static int log_degree(const Chain& chain) {
    int log = 0;
    while (std::size_t{1} << log < chain.degree) log++;
    return log;
  }

  const Embedding& embedding_;
  SecretArray<double> values_;
};

}  // namespace sotto
