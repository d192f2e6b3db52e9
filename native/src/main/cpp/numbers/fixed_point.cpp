#include "sotto/fixed_point.h"

#include <algorithm>

#include "ground/guard.h"
#include "numbers/fixed_point_ifma.h"
#include "numbers/modular.h"
#include "sotto/cpu.h"

namespace {

using sotto::guarded;
using sotto::low_bits;
using sotto::require;
using sotto::uint128;

void require_modulus(std::uint64_t q) {
  require((q & 1) == 1 && q > 1 && q >> 60 == 0, "the modulus must be odd and below 2^60");
}

void require_bits(int bits) { require(bits >= 1 && bits <= 62, "a width outside 1 to 62 bits"); }

void require_count(std::int64_t count) { require(count >= 0, "a negative number of values"); }

bool in_vectors(std::uint64_t q) {
  return q >> sotto::fixed_ifma::kBits == 0 && sotto::has(SOTTO_CPU_AVX512 | SOTTO_CPU_AVX512IFMA);
}

// Places that are told by public indices.
void require_places(const std::int32_t* index, std::int64_t count, std::int64_t stride, std::int64_t offset,
                    std::int64_t values) {
  require_count(count);
  require_count(values);
  require(stride >= 1 && offset >= 0, "a stride below 1 or a negative offset");
  std::int32_t largest = -1;
  for (std::int64_t i = 0; i < count; i++) largest = std::max(largest, index[i]);
  require(largest < 0 || (offset < values && largest <= (values - 1 - offset) / stride),
          "an index of a value that isn't there");
}

}  // namespace

int sotto_fixed_to_ring(const uint64_t* values, int64_t count, int bits, uint64_t q,
                        uint64_t* out) {
  return guarded([&] {
    require_count(count);
    require_modulus(q);
    require_bits(bits);
    const std::uint64_t mask = low_bits(bits);
    const uint128 half = uint128{1} << (bits - 1);
    const bool vectors = bits <= sotto::fixed_ifma::kBits && in_vectors(q);
    const std::int64_t done = vectors ? sotto::fixed_ifma::to_ring(values, count, bits, q, out) : 0;
    for (std::int64_t i = done; i < count; i++) {
      uint128 product = uint128{values[i] & mask} * q + half;
      // Rounding up can give q itself.
      out[i] = sotto::reduce_once(static_cast<std::uint64_t>(product >> bits), q);
    }
  });
}

int sotto_fixed_from_ring(const uint64_t* residues, int64_t count, uint64_t q, int bits,
                          uint64_t* out) {
  return guarded([&] {
    require_count(count);
    require_modulus(q);
    require_bits(bits);
    const sotto::Scaler scaler(q, bits);
    const std::uint64_t mask = low_bits(bits);
    const bool vectors = low_bits(bits) < q && in_vectors(q);
    const std::int64_t done = vectors ? sotto::fixed_ifma::from_ring(residues, count, q, bits, out) : 0;
    for (std::int64_t i = done; i < count; i++) out[i] = scaler.scale(residues[i]) & mask;
  });
}

int sotto_fixed_add_mod(uint64_t* a, const uint64_t* b, int64_t count, uint64_t q) {
  return guarded([&] {
    require_count(count);
    require_modulus(q);
    for (std::int64_t i = 0; i < count; i++) a[i] = sotto::add_mod(a[i], b[i], q);
  });
}

int sotto_fixed_add_to_rows_mod(uint64_t* a, const uint64_t* constants, int64_t rows,
                                int64_t columns, int64_t used, uint64_t q) {
  return guarded([&] {
    require_count(rows);
    require_count(used);
    require(used <= columns, "more values of a row used than it has");
    require_modulus(q);
    for (std::int64_t i = 0; i < rows; i++) {
      std::uint64_t* row = a + i * columns;
      for (std::int64_t j = 0; j < used; j++) row[j] = sotto::add_mod(row[j], constants[i], q);
    }
  });
}

int sotto_fixed_drop_bits(const uint64_t* values, int64_t count, int from_bits, int to_bits,
                          uint64_t* out) {
  return guarded([&] {
    require_count(count);
    require_bits(from_bits);
    require_bits(to_bits);
    require(to_bits <= from_bits, "a number gets no wider by dropping bits");
    const std::uint64_t mask = low_bits(from_bits);
    const int shift = from_bits - to_bits;
    for (std::int64_t i = 0; i < count; i++) out[i] = (values[i] & mask) >> shift;
  });
}

int sotto_fixed_gather(const uint64_t* values, int64_t values_count, const int32_t* index, int64_t count,
                       int64_t stride, int64_t offset, uint64_t* out) {
  return guarded([&] {
    require_places(index, count, stride, offset, values_count);
    for (std::int64_t i = 0; i < count; i++) out[i] = index[i] < 0 ? 0 : values[index[i] * stride + offset];
  });
}

int sotto_fixed_scatter(const uint64_t* in, const int32_t* index, int64_t count, int64_t stride,
                        int64_t offset, uint64_t* values, int64_t values_count) {
  return guarded([&] {
    require_places(index, count, stride, offset, values_count);
    for (std::int64_t i = 0; i < count; i++) {
      if (index[i] >= 0) values[index[i] * stride + offset] = in[i];
    }
  });
}
