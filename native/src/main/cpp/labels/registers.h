#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

// Labels in registers of three widths. Kernels on labels are written once, for a type V of V::kLabels
// labels, and compiled for each width by each_path.inc.

// Everything between the two is compiled for these instructions; nobody calls it who has not asked
// for them first. No -m flags, which would leak into inline functions that others share.
#if defined(__clang__)
#define SOTTO_PRAGMA(x) _Pragma(#x)
#define SOTTO_BEGIN_TARGET(features) \
  SOTTO_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define SOTTO_END_TARGET _Pragma("clang attribute pop")
#else
#define SOTTO_PRAGMA(x) _Pragma(#x)
#define SOTTO_BEGIN_TARGET(features) _Pragma("GCC push_options") SOTTO_PRAGMA(GCC target(features))
#define SOTTO_END_TARGET _Pragma("GCC pop_options")
#endif

// Arrays of registers stay in registers within a function only, and compilers don't inline what is long.
// Under AddressSanitizer that would take minutes to compile.
#if defined(__SANITIZE_ADDRESS__)
#define SOTTO_INLINE inline
#else
#define SOTTO_INLINE [[gnu::always_inline]] inline
#endif

namespace {

constexpr int kLabelBytes = 16;

inline int32_t lanes_of(int32_t n) { return (n + 7) & ~7; }

inline __m128i load128(const uint8_t* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

inline void store128(uint8_t* to, __m128i x) { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), x); }

SOTTO_BEGIN_TARGET("aes")
namespace narrow {

// sigma(left, right) = (left ^ right, left), left being the upper half of a label.
struct V {
  static constexpr int kLabels = 1;
  __m128i x;
  static V load(const uint8_t* from) { return {load128(from)}; }
  static V broadcast(__m128i block) { return {block}; }
  // Blocks of the counters from first on, with the same upper half.
  static V counters(uint64_t first, uint64_t upper = 0) {
    return {_mm_set_epi64x(static_cast<int64_t>(upper), static_cast<int64_t>(first))};
  }
  // All ones in the labels whose number's lowest bit is set.
  static V masks(const uint64_t* numbers) { return {_mm_set1_epi64x(-static_cast<int64_t>(numbers[0] & 1))}; }
  void store(uint8_t* to) const { store128(to, x); }
  // Stores the labels so many bytes apart.
  void scatter(uint8_t* to, int64_t) const { store128(to, x); }
  V operator^(V other) const { return {_mm_xor_si128(x, other.x)}; }
  V operator&(V other) const { return {_mm_and_si128(x, other.x)}; }
  V encrypt_round(V key) const { return {_mm_aesenc_si128(x, key.x)}; }
  V encrypt_last(V key) const { return {_mm_aesenclast_si128(x, key.x)}; }
  V sigma() const {
    return {_mm_xor_si128(_mm_shuffle_epi32(x, 0x4e), _mm_and_si128(x, _mm_set_epi64x(-1, 0)))};
  }
  // The label's words so many places up, with zeros below.
  template <int kWords>
  V words_up() const { return {_mm_slli_si128(x, 4 * kWords)}; }
  // The label's uppermost word in all of its words, with the lowest byte above the others.
  V rotated_top_word() const {
    const __m128i top = _mm_shuffle_epi32(x, 0xff);
    return {_mm_or_si128(_mm_srli_epi32(top, 8), _mm_slli_epi32(top, 24))};
  }
  // All ones where the label's lowest bit is set.
  V colour() const { return {_mm_srai_epi32(_mm_slli_epi32(_mm_shuffle_epi32(x, 0), 31), 31)}; }
};

}  // namespace narrow
SOTTO_END_TARGET

SOTTO_BEGIN_TARGET("aes,avx2,vaes")
namespace wide {

struct V {
  static constexpr int kLabels = 2;
  __m256i x;
  static V load(const uint8_t* from) {
    return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))};
  }
  static V broadcast(__m128i block) { return {_mm256_broadcastsi128_si256(block)}; }
  static V counters(uint64_t first, uint64_t upper = 0) {
    const auto f = static_cast<int64_t>(first);
    const auto u = static_cast<int64_t>(upper);
    return {_mm256_add_epi64(_mm256_set_epi64x(0, 1, 0, 0), _mm256_set_epi64x(u, f, u, f))};
  }
  static V masks(const uint64_t* numbers) {
    const auto a = -static_cast<int64_t>(numbers[0] & 1);
    const auto b = -static_cast<int64_t>(numbers[1] & 1);
    return {_mm256_set_epi64x(b, b, a, a)};
  }
  void store(uint8_t* to) const { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), x); }
  void scatter(uint8_t* to, int64_t stride) const {
    store128(to, _mm256_castsi256_si128(x));
    store128(to + stride, _mm256_extracti128_si256(x, 1));
  }
  V operator^(V other) const { return {_mm256_xor_si256(x, other.x)}; }
  V operator&(V other) const { return {_mm256_and_si256(x, other.x)}; }
  V encrypt_round(V key) const { return {_mm256_aesenc_epi128(x, key.x)}; }
  V encrypt_last(V key) const { return {_mm256_aesenclast_epi128(x, key.x)}; }
  V sigma() const {
    return {_mm256_xor_si256(_mm256_shuffle_epi32(x, 0x4e),
                             _mm256_and_si256(x, _mm256_set_epi64x(-1, 0, -1, 0)))};
  }
  template <int kWords>
  V words_up() const { return {_mm256_slli_si256(x, 4 * kWords)}; }
  V rotated_top_word() const {
    const __m256i top = _mm256_shuffle_epi32(x, 0xff);
    return {_mm256_or_si256(_mm256_srli_epi32(top, 8), _mm256_slli_epi32(top, 24))};
  }
  V colour() const {
    return {_mm256_srai_epi32(_mm256_slli_epi32(_mm256_shuffle_epi32(x, 0), 31), 31)};
  }
};

}  // namespace wide
SOTTO_END_TARGET

SOTTO_BEGIN_TARGET("aes,avx2,avx512f,vaes")
namespace widest {

struct V {
  static constexpr int kLabels = 4;
  __m512i x;
  static V load(const uint8_t* from) { return {_mm512_loadu_si512(from)}; }
  static V broadcast(__m128i block) {
    return {_mm512_maskz_broadcast_i32x4(kAll, block)};
  }
  static V counters(uint64_t first, uint64_t upper = 0) {
    const auto f = static_cast<int64_t>(first);
    const auto u = static_cast<int64_t>(upper);
    return {_mm512_add_epi64(_mm512_set_epi64(0, 3, 0, 2, 0, 1, 0, 0), _mm512_set_epi64(u, f, u, f, u, f, u, f))};
  }
  static V masks(const uint64_t* numbers) {
    int64_t m[4];
    for (int i = 0; i < 4; i++) m[i] = -static_cast<int64_t>(numbers[i] & 1);
    return {_mm512_set_epi64(m[3], m[3], m[2], m[2], m[1], m[1], m[0], m[0])};
  }
  void store(uint8_t* to) const { _mm512_storeu_si512(to, x); }
  void scatter(uint8_t* to, int64_t stride) const {
    store128(to, label<0>());
    store128(to + stride, label<1>());
    store128(to + 2 * stride, label<2>());
    store128(to + 3 * stride, label<3>());
  }
  V operator^(V other) const { return {_mm512_xor_si512(x, other.x)}; }
  V operator&(V other) const { return {_mm512_and_si512(x, other.x)}; }
  V encrypt_round(V key) const { return {_mm512_aesenc_epi128(x, key.x)}; }
  V encrypt_last(V key) const { return {_mm512_aesenclast_epi128(x, key.x)}; }
  V sigma() const {
    return {_mm512_xor_si512(shuffle<0x4e>(),
                             _mm512_and_si512(x, _mm512_set_epi64(-1, 0, -1, 0, -1, 0, -1, 0)))};
  }
  template <int kWords>
  V words_up() const {
    constexpr int kOrder = kWords == 1 ? 0x90 : 0x40;
    constexpr __mmask16 kKept = kWords == 1 ? 0xeeee : 0xcccc;
    return {_mm512_maskz_shuffle_epi32(kKept, x, static_cast<_MM_PERM_ENUM>(kOrder))};
  }
  V rotated_top_word() const { return {_mm512_maskz_ror_epi32(kAll, shuffle<0xff>(), 8)}; }
  V colour() const {
    return {_mm512_maskz_srai_epi32(kAll, _mm512_maskz_slli_epi32(kAll, shuffle<0>(), 31), 31)};
  }

 private:
  // The forms with a mask of ones are the same instructions; the others make GCC 12 warn about its
  // own headers.
  static constexpr __mmask16 kAll = 0xffff;

  template <int kPlace>
  __m128i label() const {
    return _mm512_maskz_extracti32x4_epi32(0xf, x, kPlace);
  }

  template <int kOrder>
  __m512i shuffle() const {
    return _mm512_maskz_shuffle_epi32(kAll, x, static_cast<_MM_PERM_ENUM>(kOrder));
  }
};

}  // namespace widest
SOTTO_END_TARGET

}  // namespace
