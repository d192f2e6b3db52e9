#ifndef SOTTO_SLOTS_H
#define SOTTO_SLOTS_H

#include <stdint.h>

#include "sotto/ckks.h"

// Many CKKS ciphertexts of two parts at once, as plain rows of residues in memory of the caller:
// [prime][part][element][N], in NTT form; two parts, three after products that are not relinearised.
// At level l the first l + 1 primes are there. What comes from
// a peer is checked by the caller to lie below its prime. Randomness comes from seeds of 32 bytes.

#ifdef __cplusplus
extern "C" {
#endif

// The primes in order; the last one serves key switching.
uint64_t sotto_slots_modulus(const sotto_ckks* context, int32_t prime);

// The elements from .. to - 1 of a block of so many at a level: what a call works on, one of several
// threads perhaps.
typedef struct {
  int32_t level;
  int32_t elements;
  int32_t from;
  int32_t to;
} sotto_slots_range;

// So many fresh ciphertexts at a level. The first one takes first_index of the seeds.
typedef struct {
  int32_t level;
  int32_t count;
  const uint8_t* public_seed;
  const uint8_t* secret_seed;
  int64_t first_index;
} sotto_slots_upload;

// A public key for one level or those below: b, [prime][N]; a follows from the seed.
typedef struct {
  const uint8_t* public_seed;
  const uint64_t* b;
} sotto_slots_encryptor;

// Encrypts rows of values, one a slot, under the secret key. Writes the first parts only,
// [prime][element][N]; the second ones follow from the public seed and first_index + element.
int sotto_slots_encrypt(const sotto_ckks* context, const sotto_ckks_secret_key* key,
                        const sotto_slots_upload* upload, const double* values, int32_t images, double scale,
                        uint64_t* c0);
// Writes the second parts.
int sotto_slots_expand(const sotto_ckks* context, const sotto_slots_range* range, const uint8_t* public_seed,
                       uint64_t* rows);

// Adds values, one a slot, encoded at a scale.
int sotto_slots_add(const sotto_ckks* context, const sotto_slots_range* range, const double* values,
                    int32_t images, double scale, uint64_t* rows);
// Adds an integer to all slots of each element, then divides by the level's prime; out is a level lower.
int sotto_slots_rescale(const sotto_ckks* context, const sotto_slots_range* range, double scale,
                        const uint64_t* in, const int64_t* constants, uint64_t* out);
// The same, then squares and divides again; out is two levels lower and has three parts.
int sotto_slots_square(const sotto_ckks* context, const sotto_slots_range* range, double scale,
                       const uint64_t* in, const int64_t* constants, uint64_t* out);
// From three parts to two.
int sotto_slots_relinearise(const sotto_ckks* context, const sotto_ckks_relin_key* relin,
                            const sotto_slots_range* range, double scale, const uint64_t* in, uint64_t* out);
// Adds an integer to all slots of each element.
int sotto_slots_add_constants(const sotto_ckks* context, int32_t level, int32_t elements,
                              const int64_t* constants, uint64_t* rows);

// The b of a public key for a level.
int sotto_slots_public_key(const sotto_ckks* context, const sotto_ckks_secret_key* key,
                           int32_t level, const uint8_t* public_seed, const uint8_t* secret_seed,
                           uint64_t* b);
// Adds a fresh encryption of zero, and noise that is uniform below 2^flood_bits in magnitude, to each
// element.
int sotto_slots_hide(const sotto_ckks* context, const sotto_slots_range* range, const sotto_slots_encryptor* key,
                     const uint8_t* secret_seed, int32_t flood_bits, uint64_t* rows);

// The first parts of a relinearisation key, [digit][prime][N] with all primes; there is a digit for each
// prime but the last. The second ones follow from the public seed.
int sotto_slots_relin_key(const sotto_ckks* context, const sotto_ckks_secret_key* key,
                          const uint8_t* public_seed, const uint8_t* secret_seed, uint64_t* b);
sotto_ckks_relin_key* sotto_slots_relin_import(const sotto_ckks* context, const uint8_t* public_seed,
                                               const uint64_t* b);

// Decrypts; writes images values an element.
int sotto_slots_decrypt(const sotto_ckks* context, const sotto_ckks_secret_key* key, const sotto_slots_range* range,
                        double scale, const uint64_t* rows, int32_t images, double* values);

#ifdef __cplusplus
}
#endif

#endif
