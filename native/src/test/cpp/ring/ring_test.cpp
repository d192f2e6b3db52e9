#include "sotto/ring.h"

#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "check.h"

namespace {

constexpr int kCount = 3;

std::vector<uint8_t> seed(uint8_t fill) { return std::vector<uint8_t>(32, fill); }

int64_t centred(uint64_t value, uint64_t q) {
  return value > q / 2 ? static_cast<int64_t>(value) - static_cast<int64_t>(q)
                       : static_cast<int64_t>(value);
}

void run(int log_degree, int bits) {
  sotto_ring* ring = sotto_ring_create(log_degree, bits);
  CHECK(ring != nullptr);
  const std::size_t n = std::size_t{1} << log_degree;
  const uint64_t q = sotto_ring_modulus(ring);

  std::vector<uint64_t> s(n), a(n), b(n), m(kCount * n), c0(kCount * n), c1(kCount * n), out(kCount * n);
  CHECK(sotto_ring_secret_key(ring, seed(1).data(), s.data()) == SOTTO_OK);
  CHECK(sotto_ring_public_key(ring, s.data(), seed(2).data(), seed(3).data(), b.data()) == SOTTO_OK);
  CHECK(sotto_ring_public_key_a(ring, seed(2).data(), a.data()) == SOTTO_OK);

  std::mt19937_64 random(42);
  for (uint64_t& value : m) value = random() % q;
  CHECK(sotto_ring_encrypt(ring, s.data(), m.data(), kCount, seed(4).data(), seed(5).data(), 0,
                           c0.data()) == SOTTO_OK);
  CHECK(sotto_ring_expand(ring, seed(4).data(), 0, kCount, c1.data()) == SOTTO_OK);
  CHECK(sotto_ring_decrypt(ring, s.data(), c0.data(), c1.data(), kCount, out.data()) == SOTTO_OK);
  for (std::size_t i = 0; i < m.size(); i++) {
    CHECK(std::abs(centred((out[i] + q - m[i]) % q, q)) <= 21);
  }
  std::vector<uint64_t> by_seal(n);
  CHECK(sotto_ring_seal_decrypt(ring, s.data(), c0.data(), c1.data(), by_seal.data()) == SOTTO_OK);
  CHECK(std::memcmp(by_seal.data(), out.data(), n * sizeof(uint64_t)) == 0);

  CHECK(sotto_ring_rerandomise(ring, a.data(), b.data(), seed(6).data(), 0, kCount, c0.data(),
                               c1.data()) == SOTTO_OK);
  CHECK(sotto_ring_to_ntt(ring, c1.data(), kCount) == SOTTO_OK);
  CHECK(sotto_ring_decrypt(ring, s.data(), c0.data(), c1.data(), kCount, out.data()) == SOTTO_OK);
  for (std::size_t i = 0; i < m.size(); i++) {
    CHECK(std::abs(centred((out[i] + q - m[i]) % q, q)) < 21 * 2 * static_cast<int64_t>(n));
  }

  const int k = bits - 1 - log_degree;
  for (uint64_t& value : c1) value = random() & ((uint64_t{1} << k) - 1);
  CHECK(sotto_ring_decrypt_short(ring, s.data(), c1.data(), k, kCount, out.data()) == SOTTO_OK);
  for (uint64_t value : out) CHECK(value < (uint64_t{1} << k));
  c1[5] = uint64_t{1} << k;
  CHECK(sotto_ring_decrypt_short(ring, s.data(), c1.data(), k, kCount, out.data()) == SOTTO_INVALID);
  CHECK(sotto_ring_decrypt_short(ring, s.data(), c1.data(), k + 2, kCount, out.data()) == SOTTO_INVALID);
  m[0] = q;
  CHECK(sotto_ring_encrypt(ring, s.data(), m.data(), kCount, seed(4).data(), seed(5).data(), 0,
                           c0.data()) == SOTTO_INVALID);
  CHECK(sotto_ring_expand(ring, seed(4).data(), -1, 1, c1.data()) == SOTTO_INVALID);
  CHECK(sotto_ring_expand(ring, seed(4).data(), 0, -1, c1.data()) == SOTTO_INVALID);

  std::vector<int32_t> weights(n);
  for (int32_t& w : weights) w = static_cast<int32_t>(random() % ((1 << 21) - 1)) - (1 << 20) + 1;
  for (std::size_t i = 0; i < n; i++) {
    const int64_t rest = weights[i] % static_cast<int64_t>(q);
    m[i] = static_cast<uint64_t>(rest < 0 ? rest + static_cast<int64_t>(q) : rest);
  }
  CHECK(sotto_ring_to_ntt(ring, m.data(), 1) == SOTTO_OK);
  CHECK(sotto_ring_weights(ring, weights.data(), 1, out.data()) == SOTTO_OK);
  CHECK(std::memcmp(m.data(), out.data(), n * sizeof(uint64_t)) == 0);
  weights[n - 1] = -(1 << 20);
  CHECK(sotto_ring_weights(ring, weights.data(), 1, out.data()) == SOTTO_INVALID);

  std::vector<std::thread> threads;
  std::vector<std::vector<uint64_t>> results(4, std::vector<uint64_t>(n));
  for (auto& result : results) {
    threads.emplace_back([&] {
      CHECK(sotto_ring_encrypt(ring, s.data(), by_seal.data(), 1, seed(4).data(), seed(5).data(), 9,
                               result.data()) == SOTTO_OK);
    });
  }
  for (auto& thread : threads) thread.join();
  for (auto& result : results) CHECK(result == results[0]);
  sotto_ring_free(ring);
}

}  // namespace

int main() {
  run(10, 20);
  run(11, 41);
  run(11, 54);
  run(12, 60);
  CHECK(sotto_ring_create(9, 40) == nullptr && sotto_last_status() == SOTTO_INVALID);
  CHECK(sotto_ring_create(11, 61) == nullptr && sotto_last_status() == SOTTO_INVALID);
  return 0;
}
