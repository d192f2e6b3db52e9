#include "sotto/slot_shares.h"

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "check.h"
#include "sotto/slots.h"

namespace {

constexpr int32_t kElements = 10;
constexpr int32_t kImages = 7;
constexpr int32_t kTop = 2;
constexpr int32_t kScaleBits = 14;
constexpr int32_t kShareBits = 20;
constexpr std::size_t kDegree = 4096;

}  // namespace

// Shares of x in, shares of x out, by every call that the protocol makes.
int main() {
  const int32_t bits[] = {47, 24, 24, 30};
  sotto_ckks* ckks = sotto_ckks_create(12, bits, 4, 0);
  CHECK(ckks != nullptr && sotto_ckks_top_level(ckks) == kTop);
  sotto_ckks_secret_key* secret = sotto_ckks_secret_key_create(ckks);
  CHECK(secret != nullptr);
  const std::vector<uint8_t> upload(32, 1), noise(32, 2), keys(32, 3), masks(32, 4), other(32, 5);
  std::vector<uint64_t> b((kTop + 1) * kDegree);
  CHECK(sotto_slots_public_key(ckks, secret, kTop, keys.data(), noise.data(), b.data()) == SOTTO_OK);

  std::vector<int64_t> x(kElements * kImages), mine(x.size()), theirs(x.size());
  for (std::size_t i = 0; i < x.size(); i++) {
    const auto n = static_cast<int64_t>(i);
    x[i] = 1000 * n - 30000;
    mine[i] = (n * 0x123456789abcdef) & ((int64_t{1} << 55) - 1);
    theirs[i] = x[i] - mine[i];
  }
  const std::size_t part = kElements * kDegree;
  std::vector<uint64_t> c0((kTop + 1) * part), rows(2 * c0.size());
  const sotto_slots_upload fresh = {kTop, kElements, upload.data(), noise.data(), 0};
  CHECK(sotto_shares_encrypt(ckks, secret, &fresh, theirs.data(), kImages, kScaleBits, c0.data()) == SOTTO_OK);
  for (std::size_t prime = 0; prime <= kTop; prime++) {
    for (std::size_t i = 0; i < part; i++) rows[2 * prime * part + i] = c0[prime * part + i];
  }
  sotto_slots_range range = {kTop, kElements, 0, kElements};
  CHECK(sotto_slots_expand(ckks, &range, upload.data(), rows.data()) == SOTTO_OK);
  // In two ranges, as two threads do it.
  const sotto_slots_encryptor encryptor = {keys.data(), b.data()};
  const sotto_shares_decoding decoding = {kImages, kScaleBits, kShareBits};
  std::vector<int64_t> out(x.size()), own(x.size());
  for (int32_t from : {0, 8}) {
    range.from = from;
    range.to = from == 0 ? 8 : kElements;
    CHECK(sotto_shares_add(ckks, &range, mine.data(), kImages, kScaleBits, other.data(), rows.data()) == SOTTO_OK);
    CHECK(sotto_shares_mask(ckks, &range, &encryptor, masks.data(), 90, &decoding, rows.data(), own.data()) ==
          SOTTO_OK);
    CHECK(sotto_shares_decrypt(ckks, secret, &range, &decoding, rows.data(), out.data()) == SOTTO_OK);
  }
  // The noise is up to some tens of units: the public key's is not hidden by weights here.
  for (std::size_t i = 0; i < x.size(); i++) {
    const int64_t error = (out[i] + own[i] - x[i]) & ((int64_t{1} << kShareBits) - 1);
    CHECK(error < 64 || error > (int64_t{1} << kShareBits) - 64);
  }
  range.from = 0;
  CHECK(sotto_shares_mask(ckks, &range, &encryptor, masks.data(), 102, &decoding, rows.data(), own.data()) ==
        SOTTO_INVALID);
  range.level = kTop + 1;
  CHECK(sotto_shares_add(ckks, &range, mine.data(), kImages, kScaleBits, other.data(), rows.data()) ==
        SOTTO_INVALID);
  sotto_ckks_secret_key_free(secret);
  sotto_ckks_free(ckks);
  return 0;
}
