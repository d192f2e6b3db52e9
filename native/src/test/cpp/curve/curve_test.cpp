// Multiples of points: known ones, the two sides of base transfers against each other, and what is no point,
// within buffers of exactly the size that is needed; run it under the sanitizers.

#include "sotto/curve.h"

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "check.h"

namespace {

using Bytes = std::vector<uint8_t>;

std::mt19937_64 generator(20261128);

Bytes from_hex(const std::string& hex) {
  Bytes bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

Bytes scalar_of(const std::string& end) {
  Bytes scalar = from_hex(end);
  scalar.insert(scalar.begin(), SOTTO_CURVE_SCALAR_BYTES - scalar.size(), 0);
  return scalar;
}

Bytes generated(const Bytes& scalar) {
  Bytes point(SOTTO_CURVE_POINT_BYTES);
  CHECK(sotto_curve_generate(scalar.data(), point.data()) == SOTTO_OK);
  return point;
}

Bytes random_bytes(std::size_t count) {
  Bytes bytes(count);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(generator());
  return bytes;
}

// Below the order, whose first word is all ones.
Bytes random_scalars(std::size_t count) {
  Bytes scalars = random_bytes(count * SOTTO_CURVE_SCALAR_BYTES);
  for (std::size_t i = 0; i < count; i++) scalars[i * SOTTO_CURVE_SCALAR_BYTES] &= 0x7f;
  return scalars;
}

Bytes part(const Bytes& points, std::size_t i) {
  return Bytes(points.begin() + i * SOTTO_CURVE_POINT_BYTES, points.begin() + (i + 1) * SOTTO_CURVE_POINT_BYTES);
}

// Published with the curve, the order less one among them.
void known_multiples() {
  CHECK(generated(scalar_of("01")) ==
        from_hex("036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"));
  CHECK(generated(scalar_of("02")) ==
        from_hex("037cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"));
  CHECK(generated(scalar_of("03")) ==
        from_hex("025ecbe4d1a6330a44c8f7ef951d4bf165e6c6b721efada985fb41661bc6e7fd6c"));
  CHECK(generated(scalar_of("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550")) ==
        from_hex("026b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"));
}

void both_sides(int32_t count) {
  const std::size_t bytes = static_cast<std::size_t>(count) * SOTTO_CURVE_POINT_BYTES;
  const Bytes a = random_scalars(1), base = generated(a);
  const Bytes scalars = random_scalars(static_cast<std::size_t>(count));
  const Bytes choices = random_bytes((static_cast<std::size_t>(count) + 7) / 8);
  Bytes points(bytes), shared(bytes), zeros(bytes), ones(bytes);
  CHECK(sotto_curve_choose(count, base.data(), scalars.data(), choices.data(), points.data(), shared.data()) ==
        SOTTO_OK);
  CHECK(sotto_curve_are_points(count, points.data()) == 1);
  CHECK(sotto_curve_share(count, base.data(), a.data(), points.data(), zeros.data(), ones.data()) == SOTTO_OK);
  for (int32_t i = 0; i < count; i++) {
    const bool one = (choices[i / 8] >> (i % 8) & 1) != 0;
    CHECK(part(shared, i) == part(one ? ones : zeros, i));
    CHECK(part(shared, i) != part(one ? zeros : ones, i));
  }
}

void no_points() {
  const Bytes good = generated(scalar_of("07"));
  Bytes bad = good;
  bad[0] = 4;
  CHECK(sotto_curve_are_points(1, good.data()) == 1);
  CHECK(sotto_curve_are_points(1, bad.data()) == 0);
  const Bytes prime = from_hex("02ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
  CHECK(sotto_curve_are_points(1, prime.data()) == 0);
  Bytes both = good;
  both.insert(both.end(), bad.begin(), bad.end());
  CHECK(sotto_curve_are_points(2, both.data()) == 0);
  const Bytes scalar = random_scalars(1), choices(1);
  Bytes points(SOTTO_CURVE_POINT_BYTES), shared(SOTTO_CURVE_POINT_BYTES);
  CHECK(sotto_curve_choose(1, bad.data(), scalar.data(), choices.data(), points.data(), shared.data()) ==
        SOTTO_INVALID);
  CHECK(sotto_curve_share(1, good.data(), scalar.data(), bad.data(), points.data(), shared.data()) == SOTTO_INVALID);
}

}  // namespace

int main() {
  known_multiples();
  for (int32_t count : {0, 1, 7, 8, 9, 40}) both_sides(count);
  no_points();
  return 0;
}
