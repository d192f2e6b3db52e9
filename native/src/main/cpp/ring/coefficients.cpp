#include "ring/coefficients.h"

#include "ground/targets.h"
#include "numbers/modular.h"

namespace sotto::coefficients {
namespace {

constexpr int kWeightBits = 20;

SOTTO_LOOP below_loop(const std::uint64_t* values, std::size_t n, std::uint64_t bound, std::uint64_t* bad) {
  std::uint64_t excess = 0;
  for (std::size_t i = 0; i < n; i++) excess |= static_cast<std::uint64_t>(values[i] >= bound);
  *bad = excess;
}
SOTTO_EACH_TARGET(below, (const std::uint64_t* values, std::size_t n, std::uint64_t bound, std::uint64_t* bad),
                  (values, n, bound, bad))

SOTTO_LOOP weights_loop(const std::int32_t* weights, std::size_t n, std::uint64_t q, std::uint64_t* out,
                        std::uint32_t* bad) {
  std::uint32_t excess = 0;
  for (std::size_t i = 0; i < n; i++) {
    // 1 to 2^21 - 1 for good ones.
    const std::uint32_t shifted = static_cast<std::uint32_t>(weights[i]) + (1u << kWeightBits);
    excess |= shifted >> (kWeightBits + 1) | static_cast<std::uint32_t>(shifted == 0);
    const std::uint64_t positive = static_cast<std::uint64_t>(std::int64_t{weights[i]}) + 2 * q;
    out[i] = reduce_once(reduce_once(positive, 2 * q), q);
  }
  *bad = excess;
}
SOTTO_EACH_TARGET(weights, (const std::int32_t* in, std::size_t n, std::uint64_t q, std::uint64_t* out,
                            std::uint32_t* bad),
                  (in, n, q, out, bad))

}  // namespace

SOTTO_LOOP add_loop(const std::uint64_t* a, const std::uint64_t* b, std::size_t n, std::uint64_t q,
                    std::uint64_t* out) {
  for (std::size_t i = 0; i < n; i++) out[i] = add_mod(a[i], b[i], q);
}
SOTTO_EACH_TARGET(add, (const std::uint64_t* a, const std::uint64_t* b, std::size_t n, std::uint64_t q,
                        std::uint64_t* out),
                  (a, b, n, q, out))

SOTTO_LOOP subtract_loop(const std::uint64_t* a, const std::uint64_t* b, std::size_t n, std::uint64_t q,
                         std::uint64_t* out) {
  for (std::size_t i = 0; i < n; i++) out[i] = add_mod(a[i], q - b[i], q);
}
SOTTO_EACH_TARGET(subtract, (const std::uint64_t* a, const std::uint64_t* b, std::size_t n, std::uint64_t q,
                             std::uint64_t* out),
                  (a, b, n, q, out))

SOTTO_LOOP from_signed_loop(const std::uint64_t* values, std::size_t n, int k, std::uint64_t q,
                            std::uint64_t* out) {
  const std::uint64_t shift = q - (std::uint64_t{1} << k);
  const int up = 64 - k;
  for (std::size_t i = 0; i < n; i++) out[i] = values[i] + (shift & sign_mask(values[i] << up));
}
SOTTO_EACH_TARGET(from_signed, (const std::uint64_t* values, std::size_t n, int k, std::uint64_t q,
                                std::uint64_t* out),
                  (values, n, k, q, out))

SOTTO_LOOP to_signed_loop(const std::uint64_t* residues, std::size_t n, int k, std::uint64_t q,
                          std::uint64_t* out) {
  const std::uint64_t mask = low_bits(k);
  for (std::size_t i = 0; i < n; i++) out[i] = (residues[i] - (q & sign_mask(q / 2 - residues[i]))) & mask;
}
SOTTO_EACH_TARGET(to_signed, (const std::uint64_t* residues, std::size_t n, int k, std::uint64_t q,
                              std::uint64_t* out),
                  (residues, n, k, q, out))

bool all_below(const std::uint64_t* values, std::size_t n, std::uint64_t bound) {
  std::uint64_t bad;
  below(values, n, bound, &bad);
  return bad == 0;
}

bool from_weights(const std::int32_t* in, std::size_t n, std::uint64_t q, std::uint64_t* out) {
  std::uint32_t bad;
  weights(in, n, q, out, &bad);
  return bad == 0;
}

}  // namespace sotto::coefficients
