#include "sotto/labels.h"

#include "labels/paths.h"

using sotto::guarded;

namespace {

#define SOTTO_KERNELS "labels/labels_path.inc"
#include "labels/each_path.inc"

}  // namespace

int32_t sotto_labels_available(void) { return sotto::has(SOTTO_CPU_AESNI) ? 1 : 0; }

int sotto_labels_generate(const uint8_t* key, int64_t upper, int64_t first_counter, int64_t count, uint8_t* labels) {
  return guarded([&] {
    require_aes();
    fastest(narrow::stream, wide::stream, widest::stream)(
        key, static_cast<uint64_t>(upper), static_cast<uint64_t>(first_counter), count, labels);
  });
}

int sotto_labels_add_offset(uint8_t* labels, int32_t wires, int32_t lanes, const uint8_t* bits,
                            int64_t row_bytes, const uint8_t* delta) {
  return guarded([&] {
    __m128i offset = load128(delta);
    for (int32_t w = 0; w < wires; w++) {
      const uint8_t* row = bits + w * row_bytes;
      for (int32_t i = 0; i < lanes; i++) {
        __m128i mask = _mm_set1_epi32(-static_cast<int32_t>((row[i >> 3] >> (i & 7)) & 1));
        uint8_t* at = labels + (static_cast<int64_t>(w) * lanes + i) * kLabelBytes;
        store128(at, _mm_xor_si128(load128(at), _mm_and_si128(mask, offset)));
      }
    }
  });
}

int sotto_labels_hash(const uint8_t* labels, const uint8_t* offset, const uint8_t* session_key,
                      int64_t id, int32_t n, uint8_t* hashes) {
  return guarded([&] {
    require_aes();
    const auto path = fastest(narrow::hash_all, wide::hash_all, widest::hash_all);
    path(labels, offset, session_key, static_cast<uint64_t>(id), n, hashes);
  });
}
