#pragma once

#include <cstddef>
#include <cstdint>

namespace sotto {

// AES-256 in counter mode with a 32-byte seed as the key (FIPS 197, SP 800-38A). Block i of the stream
// of a purpose and an index is the encryption of index (8 bytes) || purpose (4) || i (4), little-endian:
// streams of one seed never share a block. Every path gives the same bytes, in a time that depends on
// the sizes only. The key schedule is wiped at the end.
class AesStream {
 public:
  static constexpr std::size_t kSeedBytes = 32;
  static constexpr std::size_t kBlockBytes = 16;

  explicit AesStream(const std::uint8_t* seed);
  ~AesStream();
  AesStream(const AesStream&) = delete;
  AesStream& operator=(const AesStream&) = delete;

  // Blocks first to first + count - 1, which is at most 2^32.
  void generate(std::uint32_t purpose, std::uint64_t index, std::uint32_t first, std::size_t count,
                void* out) const;

 private:
  static constexpr int kRounds = 14;

  alignas(16) std::uint8_t round_keys_[(kRounds + 1) * kBlockBytes];
};

}  // namespace sotto
