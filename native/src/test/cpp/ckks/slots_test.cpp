#include "sotto/slots.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "check.h"

namespace {

constexpr int32_t kElements = 3;
constexpr int32_t kImages = 5;
constexpr int32_t kTop = 2;
constexpr std::size_t kDegree = 4096;
constexpr std::size_t kAllPrimes = 4;

using Seed = std::vector<uint8_t>;
using Rows = std::vector<uint64_t>;

std::size_t words(int32_t level) {
  return 2 * static_cast<std::size_t>(level + 1) * kElements * kDegree;
}

// First parts, [prime][element][N], among rows of both, [prime][part][element][N].
Rows with_room_for_second_parts(const Rows& c0) {
  const std::ptrdiff_t part = kElements * kDegree;
  Rows rows(2 * c0.size());
  for (std::ptrdiff_t prime = 0; prime <= kTop; prime++) {
    std::copy_n(c0.begin() + prime * part, part, rows.begin() + 2 * prime * part);
  }
  return rows;
}

sotto_slots_range all(int32_t level) { return {level, kElements, 0, kElements}; }

// Two ranges, as two threads take them.
std::vector<sotto_slots_range> halves(int32_t level) {
  return {{level, kElements, 0, 1}, {level, kElements, 1, kElements}};
}

void check_values(const sotto_ckks* ckks, const sotto_ckks_secret_key* secret, int32_t level,
                  double scale, const Rows& rows, const std::vector<double>& expected) {
  std::vector<double> values(expected.size());
  for (const sotto_slots_range& range : halves(level)) {
    CHECK(sotto_slots_decrypt(ckks, secret, &range, scale, rows.data(), kImages, values.data()) == SOTTO_OK);
  }
  for (std::size_t i = 0; i < values.size(); i++) {
    CHECK(std::fabs(values[i] - expected[i]) < 1e-3);
  }
}

}  // namespace

// (x + 1/4)^2 + 1/2 + x, by every call that the protocol makes.
int main() {
  const int32_t bits[kAllPrimes] = {60, 40, 20, 60};
  sotto_ckks* ckks = sotto_ckks_create(12, bits, kAllPrimes, 0);
  CHECK(ckks != nullptr && sotto_ckks_top_level(ckks) == kTop);
  sotto_ckks_secret_key* secret = sotto_ckks_secret_key_create(ckks);
  CHECK(secret != nullptr);
  CHECK(sotto_slots_modulus(ckks, 3) != 0);
  CHECK(sotto_slots_modulus(ckks, 4) == 0 && sotto_slots_modulus(ckks, -1) == 0);

  const Seed upload(32, 1), noise(32, 2), keys(32, 3), key_noise(32, 4), hiding(32, 5);
  Rows digits((kAllPrimes - 1) * kAllPrimes * kDegree);
  CHECK(sotto_slots_relin_key(ckks, secret, keys.data(), key_noise.data(), digits.data()) ==
        SOTTO_OK);
  sotto_ckks_relin_key* relin = sotto_slots_relin_import(ckks, keys.data(), digits.data());
  CHECK(relin != nullptr);
  Rows b(kDegree);
  CHECK(sotto_slots_public_key(ckks, secret, 0, keys.data(), key_noise.data(), b.data()) ==
        SOTTO_OK);

  std::vector<double> x(kElements * kImages);
  for (std::size_t i = 0; i < x.size(); i++) {
    x[i] = 0.5 * static_cast<double>(i) - 3;
  }
  const double scale = std::pow(2.0, 60);
  Rows c0(words(kTop) / 2);
  const sotto_slots_upload fresh_at_top = {kTop, kElements, upload.data(), noise.data(), 0};
  CHECK(sotto_slots_encrypt(ckks, secret, &fresh_at_top, x.data(), kImages, scale, c0.data()) == SOTTO_OK);
  Rows fresh = with_room_for_second_parts(c0);
  for (const sotto_slots_range& range : halves(kTop)) {
    CHECK(sotto_slots_expand(ckks, &range, upload.data(), fresh.data()) == SOTTO_OK);
  }
  check_values(ckks, secret, kTop, scale, fresh, x);

  const std::vector<int64_t> quarter(kElements, int64_t{1} << 58);
  const double lower = scale / static_cast<double>(sotto_slots_modulus(ckks, 2));
  Rows rescaled(words(1));
  const sotto_slots_range top = all(kTop), bottom = all(0);
  CHECK(sotto_slots_rescale(ckks, &top, scale, fresh.data(), quarter.data(), rescaled.data()) == SOTTO_OK);
  std::vector<double> expected = x;
  for (double& value : expected) {
    value += 0.25;
  }
  check_values(ckks, secret, 1, lower, rescaled, expected);

  const double last = lower * lower / static_cast<double>(sotto_slots_modulus(ckks, 1));
  Rows product(words(0) / 2 * 3);
  for (const sotto_slots_range& range : halves(kTop)) {
    CHECK(sotto_slots_square(ckks, &range, scale, fresh.data(), quarter.data(), product.data()) == SOTTO_OK);
  }
  Rows squared(words(0));
  for (const sotto_slots_range& range : halves(0)) {
    CHECK(sotto_slots_relinearise(ckks, relin, &range, last, product.data(), squared.data()) == SOTTO_OK);
  }
  const std::vector<int64_t> half(kElements, std::llround(last / 2));
  CHECK(sotto_slots_add_constants(ckks, 0, kElements, half.data(), squared.data()) == SOTTO_OK);
  CHECK(sotto_slots_add(ckks, &bottom, x.data(), kImages, last, squared.data()) == SOTTO_OK);
  for (std::size_t i = 0; i < expected.size(); i++) {
    expected[i] = expected[i] * expected[i] + 0.5 + x[i];
  }
  check_values(ckks, secret, 0, last, squared, expected);
  const Rows before = squared;
  const sotto_slots_encryptor encryptor = {keys.data(), b.data()};
  CHECK(sotto_slots_hide(ckks, &bottom, &encryptor, hiding.data(), 20, squared.data()) == SOTTO_OK);
  CHECK(squared != before);
  check_values(ckks, secret, 0, last, squared, expected);

  // What a caller may get wrong writes nothing.
  const auto encrypt = [&](int32_t images, int32_t level, int32_t count) {
    const sotto_slots_upload wrong = {level, count, upload.data(), noise.data(), 0};
    return sotto_slots_encrypt(ckks, secret, &wrong, x.data(), images, scale, c0.data());
  };
  CHECK(encrypt(2049, kTop, kElements) == SOTTO_INVALID);
  CHECK(encrypt(kImages, kTop + 1, kElements) == SOTTO_INVALID);
  CHECK(encrypt(kImages, kTop, -1) == SOTTO_INVALID);
  CHECK(sotto_slots_decrypt(ckks, secret, &bottom, std::nan(""), squared.data(), kImages, expected.data()) ==
        SOTTO_INVALID);
  for (const auto& [from, to] : std::vector<std::pair<int32_t, int32_t>>{{2, 4}, {2, 1}, {-1, 1}}) {
    const sotto_slots_range range = {kTop, kElements, from, to};
    CHECK(sotto_slots_expand(ckks, &range, upload.data(), fresh.data()) == SOTTO_INVALID);
  }
  const sotto_slots_range middle = all(1);
  CHECK(sotto_slots_rescale(ckks, &bottom, scale, squared.data(), quarter.data(), rescaled.data()) == SOTTO_INVALID);
  CHECK(sotto_slots_square(ckks, &middle, scale, rescaled.data(), quarter.data(), product.data()) == SOTTO_INVALID);
  CHECK(sotto_slots_hide(ckks, &bottom, &encryptor, hiding.data(), 61, squared.data()) == SOTTO_INVALID);
  digits[0] = sotto_slots_modulus(ckks, 0);
  CHECK(sotto_slots_relin_import(ckks, keys.data(), digits.data()) == nullptr);

  sotto_ckks_relin_key_free(relin);
  sotto_ckks_secret_key_free(secret);
  sotto_ckks_free(ckks);
  return 0;
}
