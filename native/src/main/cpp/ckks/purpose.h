#pragma once

#include <cstdint>

namespace sotto {

// What a polynomial drawn from a seed is for; the one-prime rings have 1 to 9.
enum class Purpose : uint32_t {
  ciphertext_c1 = 10,
  ciphertext_noise = 11,
  public_key_a = 12,
  public_key_noise = 13,
  relin_a = 14,
  relin_noise = 15,
  zero_ternary = 16,
  zero_noise_c0 = 17,
  zero_noise_c1 = 18,
  flood = 19,
  upload_rounding = 20,
  share_rounding = 21,
  mask_high = 22,
  mask_low = 23,
};

constexpr uint32_t number(Purpose purpose) { return static_cast<uint32_t>(purpose); }

}  // namespace sotto
