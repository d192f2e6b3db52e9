#include "sotto/curve.h"

#include <memory>
#include <vector>

#include "curve/point.h"
#include "ground/guard.h"
#include "ground/secure_memory.h"

using sotto::guarded;
using sotto::require;
using sotto::curve::kGenerator;
using sotto::curve::kInfinity;
using sotto::curve::Point;

namespace {

constexpr int kWindows = 64;   // of a scalar, 4 bits each, the highest first
constexpr int kMultiples = 16;

using Multiples = Point[kMultiples];

void fill(const Point& p, Multiples& multiples) {
  multiples[0] = kInfinity;
  for (int i = 1; i < kMultiples; i++) multiples[i] = multiples[i - 1] + p;
}

// All of them are read, whichever is taken.
Point pick(const Multiples& multiples, uint64_t index) {
  Point picked = multiples[0];
  for (uint64_t i = 1; i < kMultiples; i++) {
    uint64_t other = i ^ index;
    picked = select(picked, multiples[i], ((other | (0 - other)) >> 63) - 1);
  }
  return picked;
}

uint64_t window(const uint8_t* scalar, int i) { return scalar[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15; }

// Multiples of one point by many scalars: 16 multiples for each window of a scalar, so that there is nothing
// to double.
class Comb {
 public:
  explicit Comb(const Point& p) : tables_(new Multiples[kWindows]) {
    Point base = p;
    for (int i = kWindows - 1; i >= 0; i--) {
      fill(base, tables_[i]);
      base = tables_[i][kMultiples - 1] + base;
    }
  }

  Point operator()(const uint8_t* scalar) const {
    Point sum = kInfinity;
    for (int i = 0; i < kWindows; i++) sum = sum + pick(tables_[i], window(scalar, i));
    return sum;
  }

 private:
  std::unique_ptr<Multiples[]> tables_;
};

Point multiply(const Point& p, const uint8_t* scalar) {
  Multiples multiples;
  fill(p, multiples);
  Point sum = kInfinity;
  for (int i = 0; i < kWindows; i++) {
    for (int bit = 0; bit < 4; bit++) sum = twice(sum);
    sum = sum + pick(multiples, window(scalar, i));
  }
  return sum;
}

Point point(const uint8_t* bytes) {
  Point p;
  require(read(bytes, p), "these bytes are no point of the curve");
  return p;
}

const uint8_t* at(const uint8_t* points, int32_t i) { return points + i * int64_t{SOTTO_CURVE_POINT_BYTES}; }

uint8_t* at(uint8_t* points, int32_t i) { return points + i * int64_t{SOTTO_CURVE_POINT_BYTES}; }

}  // namespace

int32_t sotto_curve_are_points(int32_t count, const uint8_t* points) {
  Point p;
  for (int32_t i = 0; i < count; i++) {
    if (!read(at(points, i), p)) return 0;
  }
  return 1;
}

int sotto_curve_generate(const uint8_t* scalar, uint8_t* generated) {
  return guarded([&] { write(multiply(point(kGenerator), scalar), generated); });
}

int sotto_curve_choose(int32_t count, const uint8_t* base, const uint8_t* scalars, const uint8_t* choices,
                       uint8_t* points, uint8_t* shared) {
  return guarded([&] {
    require(count >= 0, "fewer than no points");
    const Point p = point(base);
    const Comb generator(point(kGenerator));
    const Comb comb(p);
    for (int32_t i = 0; i < count; i++) {
      const uint8_t* scalar = scalars + i * int64_t{SOTTO_CURVE_SCALAR_BYTES};
      uint64_t chosen = 0 - static_cast<uint64_t>(choices[i / 8] >> (i % 8) & 1);
      write(generator(scalar) + select(kInfinity, p, chosen), at(points, i));
      write(comb(scalar), at(shared, i));
    }
  });
}

int sotto_curve_share(int32_t count, const uint8_t* base, const uint8_t* scalar, const uint8_t* points,
                      uint8_t* zeros, uint8_t* ones) {
  return guarded([&] {
    require(count >= 0, "fewer than no points");
    const Point shift = -multiply(point(base), scalar);
    for (int32_t i = 0; i < count; i++) {
      Point p = multiply(point(at(points, i)), scalar);
      write(p, at(zeros, i));
      write(p + shift, at(ones, i));
    }
  });
}
