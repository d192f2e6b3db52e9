#include "random/sampler.h"

#include "numbers/modular.h"
#include "ground/secure_memory.h"
#include "ground/targets.h"

namespace sotto {
namespace {

constexpr std::size_t kRefillWords = 32;
constexpr std::uint32_t kLeftOut = 0xffff;

// Sets bad to a value with the top bit set if a number isn't below q; q is below 2^63.
SOTTO_LOOP cut_loop(std::uint64_t* numbers, std::size_t n, std::uint64_t mask, std::uint64_t q,
                    std::uint64_t* bad) {
  std::uint64_t excess = 0;
  for (std::size_t i = 0; i < n; i++) {
    numbers[i] &= mask;
    excess |= q - 1 - numbers[i];
  }
  *bad = excess;
}
SOTTO_EACH_TARGET(cut,
                  (std::uint64_t * numbers, std::size_t n, std::uint64_t mask, std::uint64_t q,
                   std::uint64_t* bad),
                  (numbers, n, mask, q, bad))

// Ones in each half of each word at once.
SOTTO_LOOP binomial_loop(std::uint64_t* words, std::size_t n, std::uint64_t q) {
  for (std::size_t i = 0; i < n; i++) {
    std::uint64_t x = words[i] & 0x001fffff001fffff;
    x -= x >> 1 & 0x5555555555555555;
    x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
    x = (x + (x >> 8) + (x >> 16)) & 0x000000ff000000ff;
    const std::uint64_t difference = (x & 0xff) - (x >> 32);
    words[i] = difference + (q & sign_mask(difference));
  }
}
SOTTO_EACH_TARGET(binomial, (std::uint64_t * words, std::size_t n, std::uint64_t q), (words, n, q))

inline std::uint64_t third(std::uint32_t number, std::uint64_t q) {
  const std::uint32_t rest = number - 3 * (number * 43691 >> 17);
  // 2 stands for -1.
  return (rest & 1) + ((q - 1) & (0 - static_cast<std::uint64_t>(rest >> 1)));
}

// Sets bad to 1 if a number is to be left out.
SOTTO_LOOP thirds_loop(const std::uint16_t* numbers, std::size_t n, std::uint64_t q,
                       std::uint64_t* out, std::uint32_t* bad) {
  std::uint32_t excess = 0;
  for (std::size_t i = 0; i < n; i++) {
    excess |= (numbers[i] + std::uint32_t{1}) >> 16;
    out[i] = third(numbers[i], q);
  }
  *bad = excess;
}
SOTTO_EACH_TARGET(thirds,
                  (const std::uint16_t* numbers, std::size_t n, std::uint64_t q, std::uint64_t* out,
                   std::uint32_t* bad),
                  (numbers, n, q, out, bad))

}  // namespace

Sampler::Sampler(const std::uint8_t* seed, std::uint64_t q, std::size_t n)
    : stream_(seed), q_(q), length_mask_(~std::uint64_t{0} >> __builtin_clzll(q)), n_(n) {}

void Sampler::uniform(std::uint32_t purpose, std::uint64_t index, std::uint64_t* out) const {
  auto block = static_cast<std::uint32_t>(n_ / 2);
  stream_.generate(purpose, index, 0, block, out);
  std::uint64_t bad;
  cut(out, n_, length_mask_, q_, &bad);
  if (sign_mask(bad) == 0) return;

  std::size_t filled = 0;
  for (std::size_t i = 0; i < n_; i++) {
    const std::uint64_t candidate = out[i];
    out[filled] = candidate;
    filled += static_cast<std::size_t>(candidate < q_);
  }
  std::uint64_t drawn[kRefillWords];
  while (filled < n_) {
    stream_.generate(purpose, index, block, kRefillWords / 2, drawn);
    block += kRefillWords / 2;
    for (std::size_t i = 0; i < kRefillWords && filled < n_; i++) {
      const std::uint64_t candidate = drawn[i] & length_mask_;
      out[filled] = candidate;
      filled += static_cast<std::size_t>(candidate < q_);
    }
  }
  wipe(drawn, sizeof drawn);
}

void Sampler::ternary(std::uint32_t purpose, std::uint64_t index, std::uint64_t* out) const {
  auto block = static_cast<std::uint32_t>(n_ / 8);
  SecretArray<std::uint16_t> memory(n_);
  std::uint16_t* drawn = memory.get();
  stream_.generate(purpose, index, 0, block, drawn);
  std::uint32_t bad;
  thirds(drawn, n_, q_, out, &bad);
  if (bad == 0) return;

  std::size_t filled = 0;
  std::size_t available = n_;
  while (true) {
    for (std::size_t i = 0; i < available && filled < n_; i++) {
      out[filled] = third(drawn[i], q_);
      filled += static_cast<std::size_t>(drawn[i] != kLeftOut);
    }
    if (filled == n_) return;
    available = 8;
    stream_.generate(purpose, index, block++, 1, drawn);
  }
}

void Sampler::noise(std::uint32_t purpose, std::uint64_t index, std::uint64_t* out) const {
  stream_.generate(purpose, index, 0, n_ / 2, out);
  binomial(out, n_, q_);
}

}  // namespace sotto
