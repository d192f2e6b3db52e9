#ifndef SOTTO_SLOT_SHARES_H
#define SOTTO_SLOT_SHARES_H

#include <stdint.h>

#include "sotto/ckks.h"
#include "sotto/slots.h"

// Additive shares of fixed-point numbers in and out of the slots of CKKS ciphertexts, in rows as those
// of sotto/slots.h. Numbers go through double-double arithmetic: shares and masks are much wider than
// what they hide. Slot k belongs to image k, in the order of Embedding.
//
// Encoding: coefficients are those of the shares times 2^scale_bits, rounded up or down at random such
// that the error's mean is zero. Shares are signed and below 2^62, and below 2^88 with their scale.

#ifdef __cplusplus
extern "C" {
#endif

// Of the slots of images: over 2^scale_bits, rounded to the nearest integer, modulo 2^share_bits.
typedef struct {
  int32_t images;
  int32_t scale_bits;
  int32_t share_bits;
} sotto_shares_decoding;

// Encrypts [count][images] shares under the secret key; like sotto_slots_encrypt.
int sotto_shares_encrypt(const sotto_ckks* context, const sotto_ckks_secret_key* key,
                         const sotto_slots_upload* upload, const int64_t* shares, int32_t images,
                         int32_t scale_bits, uint64_t* c0);

// Adds [elements][images] shares to ciphertexts.
int sotto_shares_add(const sotto_ckks* context, const sotto_slots_range* range, const int64_t* shares,
                     int32_t images, int32_t scale_bits, const uint8_t* secret_seed, uint64_t* rows);

// Adds to each element a fresh encryption of zero under the public key and a polynomial whose
// coefficients are uniform in [-2^mask_bits, 2^mask_bits), 51 to 101. Writes minus its slots, decoded.
int sotto_shares_mask(const sotto_ckks* context, const sotto_slots_range* range, const sotto_slots_encryptor* key,
                      const uint8_t* secret_seed, int32_t mask_bits, const sotto_shares_decoding* decoding,
                      uint64_t* rows, int64_t* shares);

// Decrypts; writes the slots, decoded.
int sotto_shares_decrypt(const sotto_ckks* context, const sotto_ckks_secret_key* key, const sotto_slots_range* range,
                         const sotto_shares_decoding* decoding, const uint64_t* rows, int64_t* shares);

#ifdef __cplusplus
}
#endif

#endif
