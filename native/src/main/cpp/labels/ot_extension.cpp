#include "sotto/ot_extension.h"

#include "labels/columns.h"
#include "labels/paths.h"

using sotto::guarded;
using sotto::kColumns;
using sotto::require;

namespace {

constexpr int kScheduleBytes = 11 * kLabelBytes;
// Blocks of 128 transfers at a time, so that the matrix stays in the cache.
constexpr int32_t kStrip = 16;
constexpr int32_t kStripBytes = kStrip * kLabelBytes;

#define SOTTO_KERNELS "labels/ot_extension_path.inc"
#include "labels/each_path.inc"

template <int kTreeBits>
auto combine_path() {
  return fastest(narrow::combine_leaves<kTreeBits>, wide::combine_leaves<kTreeBits>,
                 widest::combine_leaves<kTreeBits>);
}

// SoftSpoken OT (Roy 2022): each tree stands for so many bits of the offset and as many columns.
struct Trees {
  explicit Trees(int32_t tree_bits) : bits(tree_bits), leaves(1 << (tree_bits & 15)) {
    require(bits == 2 || bits == 4 || bits == 8, "trees of 2, 4 or 8 bits only");
    count = kColumns / bits;
  }

  auto combine() const {
    return bits == 2 ? combine_path<2>() : bits == 4 ? combine_path<4>() : combine_path<8>();
  }

  int bits;
  int leaves;
  int count;
};

// The matrix of a strip of blocks, from a tree's columns to the next, and what it takes to make it.
struct Strip {
  explicit Strip(const Trees& trees)
      : bits(trees.bits), streams(static_cast<std::size_t>(trees.leaves) * kStripBytes) {}

  int bits;
  sotto::SecretArray<uint8_t> rows{kColumns * kStripBytes};
  sotto::SecretArray<uint8_t> streams;
  sotto::SecretArray<uint8_t> sum{kStripBytes};  // of a tree's streams

  uint8_t* column(int i) { return rows.get() + i * kStripBytes; }
  uint8_t* tree(int t) { return column(t * bits); }
};

// All ones if the bit is set.
inline __m128i mask_of(const uint8_t* row, int bit) {
  return _mm_set1_epi32(-static_cast<int32_t>((row[bit >> 3] >> (bit & 7)) & 1));
}

inline void add_row(uint8_t* row, const uint8_t* addend, __m128i mask, int64_t bytes) {
  for (int64_t i = 0; i < bytes; i += kLabelBytes) {
    store128(row + i, _mm_xor_si128(load128(row + i), _mm_and_si128(mask, load128(addend + i))));
  }
}

// Labels strip by strip: exchange(strip, tree, first byte in a row, bytes) deals with a tree's row of the
// request when the tree's columns are there.
template <class Exchange>
void each_strip(const Trees& trees, const uint8_t* schedules, uint64_t salt, uint64_t first_block, int32_t blocks,
                uint8_t* labels, Exchange exchange) {
  const auto combine = trees.combine();
  const auto transpose = sotto::fastest_columns();
  Strip strip(trees);
  for (int32_t start = 0; start < blocks; start += kStrip) {
    const int32_t n = blocks - start < kStrip ? blocks - start : kStrip;
    const int64_t at = static_cast<int64_t>(start) * kLabelBytes;
    for (int t = 0; t < trees.count; t++) {
      combine(schedules + t * trees.leaves * kScheduleBytes, salt + t, first_block + start, strip.streams.get(),
              strip.tree(t), strip.sum.get());
      exchange(strip, t, at, n * kLabelBytes);
    }
    transpose(strip.rows.get(), kStripBytes, n, labels + at * kColumns);
  }
}

}  // namespace

int sotto_ot_trees_expand(int32_t tree_bits, const uint8_t* leaves, uint8_t* schedules) {
  return guarded([&] {
    require_aes();
    const Trees trees(tree_bits);
    fastest(narrow::expand_keys, wide::expand_keys, widest::expand_keys)(
        leaves, trees.count * trees.leaves, schedules);
  });
}

int sotto_ot_trees_receiver(int32_t tree_bits, const uint8_t* schedules, int64_t salt, int64_t first_block,
                            int32_t blocks, const uint8_t* choices, uint8_t* request, uint8_t* labels) {
  return guarded([&] {
    require_aes();
    const int64_t row_bytes = static_cast<int64_t>(blocks) * kLabelBytes;
    each_strip(Trees(tree_bits), schedules, static_cast<uint64_t>(salt), static_cast<uint64_t>(first_block), blocks,
               labels, [&](Strip& strip, int t, int64_t at, int32_t bytes) {
                 uint8_t* row = request + t * row_bytes + at;
                 std::memcpy(row, choices + at, static_cast<std::size_t>(bytes));
                 add_row(row, strip.sum.get(), _mm_set1_epi32(-1), bytes);
               });
  });
}

int sotto_ot_trees_sender(int32_t tree_bits, const uint8_t* schedules, const uint8_t* delta, int64_t salt,
                          int64_t first_block, int32_t blocks, const uint8_t* request, uint8_t* labels) {
  return guarded([&] {
    require_aes();
    const int64_t row_bytes = static_cast<int64_t>(blocks) * kLabelBytes;
    each_strip(Trees(tree_bits), schedules, static_cast<uint64_t>(salt), static_cast<uint64_t>(first_block), blocks,
               labels, [&](Strip& strip, int t, int64_t at, int32_t bytes) {
                 for (int i = t * strip.bits; i < (t + 1) * strip.bits; i++) {
                   add_row(strip.column(i), request + t * row_bytes + at, mask_of(delta, i), bytes);
                 }
               });
  });
}
