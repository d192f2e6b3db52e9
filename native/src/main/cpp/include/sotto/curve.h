#ifndef SOTTO_CURVE_H
#define SOTTO_CURVE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Multiples of points of the curve P-256, as base transfers take them. A point is its compressed form,
// 33 bytes; a scalar has 32 bytes, the highest first, and is within 1..order - 1. Constant time but for
// whether points that came from elsewhere are on the curve.

enum { SOTTO_CURVE_POINT_BYTES = 33, SOTTO_CURVE_SCALAR_BYTES = 32 };

// 1 if all of these are points other than infinity, else 0.
int32_t sotto_curve_are_points(int32_t count, const uint8_t* points);

// scalar * G, G being the generator.
int sotto_curve_generate(const uint8_t* scalar, uint8_t* point);

// With bit c_i of the choices, lowest first: points[i] = scalars[i] * G + c_i * base, and
// shared[i] = scalars[i] * base.
int sotto_curve_choose(int32_t count, const uint8_t* base, const uint8_t* scalars, const uint8_t* choices,
                       uint8_t* points, uint8_t* shared);

// zeros[i] = scalar * points[i], and ones[i] = scalar * (points[i] - base).
int sotto_curve_share(int32_t count, const uint8_t* base, const uint8_t* scalar, const uint8_t* points,
                      uint8_t* zeros, uint8_t* ones);

#ifdef __cplusplus
}
#endif

#endif
