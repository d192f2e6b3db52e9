#ifndef SOTTO_CURVE_POINT_H
#define SOTTO_CURVE_POINT_H

#include "curve/field.h"
#include "sotto/curve.h"

// Points of P-256, y^2 = x^3 - 3x + b, as (X : Y : Z) with x = X / Z, y = Y / Z. Sums are complete: right for
// any two points, infinity and equal ones among them (Renes, Costello, Batina: Complete addition formulas for
// prime order elliptic curves, 2016, algorithms 4 and 6).
namespace sotto::curve {

struct Point {
  Element x, y, z;
};

constexpr Point kInfinity = {kZero, kOne, kZero};

constexpr uint8_t kGenerator[SOTTO_CURVE_POINT_BYTES] = {
    0x03, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
    0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96};

constexpr uint8_t kCoefficient[32] = {0x5a, 0xc6, 0x35, 0xd8, 0xaa, 0x3a, 0x93, 0xe7, 0xb3, 0xeb, 0xbd,
                                      0x55, 0x76, 0x98, 0x86, 0xbc, 0x65, 0x1d, 0x06, 0xb0, 0xcc, 0x53,
                                      0xb0, 0xf6, 0x3b, 0xce, 0x3c, 0x3e, 0x27, 0xd2, 0x60, 0x4b};

inline Element coefficient() {
  Element b;
  read(kCoefficient, b);
  return b;
}

inline const Element kB = coefficient();

inline Point select(const Point& a, const Point& b, uint64_t mask) {
  return {select(a.x, b.x, mask), select(a.y, b.y, mask), select(a.z, b.z, mask)};
}

inline Point operator-(const Point& a) { return {a.x, kZero - a.y, a.z}; }

inline Point operator+(const Point& p, const Point& q) {
  Element t0 = p.x * q.x;
  Element t1 = p.y * q.y;
  Element t2 = p.z * q.z;
  Element t3 = (p.x + p.y) * (q.x + q.y) - (t0 + t1);
  Element t4 = (p.y + p.z) * (q.y + q.z) - (t1 + t2);
  Element y = (p.x + p.z) * (q.x + q.z) - (t0 + t2);
  Element x = y - kB * t2;
  x = x + x + x;
  Element z = t1 - x;
  x = t1 + x;
  t2 = t2 + t2 + t2;
  y = kB * y - t2 - t0;
  y = y + y + y;
  t0 = t0 + t0 + t0 - t2;
  return {t3 * x - t4 * y, x * z + t0 * y, t4 * z + t3 * t0};
}

inline Point twice(const Point& p) {
  Element t0 = p.x * p.x;
  Element t1 = p.y * p.y;
  Element t2 = p.z * p.z;
  Element t3 = p.x * p.y;
  t3 = t3 + t3;
  Element z = p.x * p.z;
  z = z + z;
  Element y = kB * t2 - z;
  y = y + y + y;
  Element x = (t1 - y) * t3;
  y = (t1 - y) * (t1 + y);
  t2 = t2 + t2 + t2;
  z = kB * z - t2 - t0;
  z = z + z + z;
  t0 = t0 + t0 + t0 - t2;
  y = y + t0 * z;
  t0 = p.y * p.z;
  t0 = t0 + t0;
  x = x - t0 * z;
  z = t0 * t1;
  z = z + z;
  return {x, y, z + z};
}

// The compressed form; of infinity one that is no point.
inline void write(const Point& p, uint8_t* bytes) {
  Element scale = inverse(p.z);
  uint8_t y[32];
  write(p.y * scale, y);
  write(p.x * scale, bytes + 1);
  bytes[0] = static_cast<uint8_t>(2 | (y[31] & 1));
}

// Whether the bytes are a point other than infinity; sets it. Not constant time.
inline bool read(const uint8_t* bytes, Point& p) {
  if ((bytes[0] & 0xfe) != 2 || !read(bytes + 1, p.x)) return false;
  Element square = p.x * p.x * p.x - (p.x + p.x + p.x) + kB;
  p.y = root(square);
  p.z = kOne;
  if (!(p.y * p.y == square)) return false;
  uint8_t y[32];
  write(p.y, y);
  if ((y[31] & 1) != (bytes[0] & 1)) p.y = kZero - p.y;
  return true;
}

}  // namespace sotto::curve

#endif
