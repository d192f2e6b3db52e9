#include "sotto/ckks.h"

#include <cmath>
#include <vector>

#include "check.h"

int main() {
  const int32_t bits[] = {60, 40, 60};
  CHECK(sotto_ckks_create(12, bits, 3, 1) == nullptr && sotto_last_status() == SOTTO_INVALID);
  sotto_ckks* ckks = sotto_ckks_create(12, bits, 3, 0);
  CHECK(ckks != nullptr && sotto_ckks_top_level(ckks) == 1);
  sotto_ckks_secret_key* secret = sotto_ckks_secret_key_create(ckks);
  sotto_ckks_public_key* key = sotto_ckks_public_key_create(ckks, secret);
  sotto_ckks_relin_key* relin = sotto_ckks_relin_key_create(ckks, secret);
  const int32_t steps[] = {1};
  sotto_ckks_galois_key* galois = sotto_ckks_galois_key_create(ckks, secret, steps, 1);
  CHECK(secret && key && relin && galois);

  const std::vector<double> x = {1.5, -2.0, 0.25};
  const double scale = std::pow(2.0, 40);
  sotto_ckks_plaintext* plain = sotto_ckks_encode(ckks, x.data(), 3, scale, 1);
  sotto_ckks_ciphertext* fresh = sotto_ckks_encrypt(ckks, key, plain);
  sotto_ckks_ciphertext* square = sotto_ckks_multiply(ckks, fresh, fresh);
  CHECK(sotto_ckks_ciphertext_size(square) == 3);
  sotto_ckks_ciphertext* linear = sotto_ckks_relinearise(ckks, square, relin);
  sotto_ckks_ciphertext* rescaled = sotto_ckks_rescale(ckks, linear);
  CHECK(sotto_ckks_ciphertext_level(ckks, rescaled) == 0);
  sotto_ckks_ciphertext* rotated = sotto_ckks_rotate(ckks, rescaled, 1, galois);
  sotto_ckks_plaintext* decrypted = sotto_ckks_decrypt(ckks, secret, rotated);
  std::vector<double> out(2048);
  CHECK(sotto_ckks_decode(ckks, decrypted, out.data()) == SOTTO_OK);
  CHECK(std::fabs(out[0] - 4.0) < 1e-4 && std::fabs(out[1] - 0.0625) < 1e-4 &&
        std::fabs(out[2047] - 2.25) < 1e-4);

  CHECK(sotto_ckks_add(ckks, fresh, square) == nullptr && sotto_last_status() == SOTTO_INVALID);
  CHECK(sotto_ckks_rescale(ckks, rescaled) == nullptr && sotto_last_status() == SOTTO_INVALID);
  CHECK(sotto_ckks_encode(ckks, x.data(), 3, -1.0, 1) == nullptr);
  CHECK(sotto_ckks_encode(ckks, x.data(), 3, scale, 2) == nullptr);

  for (auto* ciphertext : {fresh, square, linear, rescaled, rotated}) {
    sotto_ckks_ciphertext_free(ciphertext);
  }
  sotto_ckks_plaintext_free(plain);
  sotto_ckks_plaintext_free(decrypted);
  sotto_ckks_secret_key_free(secret);
  sotto_ckks_public_key_free(key);
  sotto_ckks_relin_key_free(relin);
  sotto_ckks_galois_key_free(galois);
  sotto_ckks_free(ckks);
  return 0;
}
