#ifndef SOTTO_CKKS_H
#define SOTTO_CKKS_H

#include <stdint.h>

// Ordinary CKKS by SEAL. Objects are immutable; a function that computes gives a new one, null when it
// fails. A level counts how many primes can still be
// dropped; the lowest is 0. Keys, and plaintexts of any kind, are wiped when they are freed.
// Randomness is the operating system's, through SEAL.

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sotto_ckks sotto_ckks;
typedef struct sotto_ckks_secret_key sotto_ckks_secret_key;
typedef struct sotto_ckks_public_key sotto_ckks_public_key;
typedef struct sotto_ckks_relin_key sotto_ckks_relin_key;
typedef struct sotto_ckks_galois_key sotto_ckks_galois_key;
typedef struct sotto_ckks_plaintext sotto_ckks_plaintext;
typedef struct sotto_ckks_ciphertext sotto_ckks_ciphertext;

// With several primes the last one serves key switching only. secure: refuse less than 128 bits.
sotto_ckks* sotto_ckks_create(int32_t log_degree, const int32_t* prime_bits, int32_t primes,
                              int32_t secure);
int32_t sotto_ckks_top_level(const sotto_ckks* context);
void sotto_ckks_free(sotto_ckks* context);

sotto_ckks_secret_key* sotto_ckks_secret_key_create(const sotto_ckks* context);
sotto_ckks_public_key* sotto_ckks_public_key_create(const sotto_ckks* context,
                                                    const sotto_ckks_secret_key* secret);
sotto_ckks_relin_key* sotto_ckks_relin_key_create(const sotto_ckks* context,
                                                  const sotto_ckks_secret_key* secret);
sotto_ckks_galois_key* sotto_ckks_galois_key_create(const sotto_ckks* context,
                                                    const sotto_ckks_secret_key* secret,
                                                    const int32_t* steps, int32_t count);
void sotto_ckks_secret_key_free(sotto_ckks_secret_key* key);
void sotto_ckks_public_key_free(sotto_ckks_public_key* key);
void sotto_ckks_relin_key_free(sotto_ckks_relin_key* key);
void sotto_ckks_galois_key_free(sotto_ckks_galois_key* key);

// count values into the first slots, zeros into the others.
sotto_ckks_plaintext* sotto_ckks_encode(const sotto_ckks* context, const double* values,
                                        int32_t count, double scale, int32_t level);
// One value into every slot.
sotto_ckks_plaintext* sotto_ckks_encode_constant(const sotto_ckks* context, double value,
                                                 double scale, int32_t level);
// Writes N/2 values.
int sotto_ckks_decode(const sotto_ckks* context, const sotto_ckks_plaintext* plain, double* values);
int32_t sotto_ckks_plaintext_level(const sotto_ckks* context, const sotto_ckks_plaintext* plain);
double sotto_ckks_plaintext_scale(const sotto_ckks_plaintext* plain);
void sotto_ckks_plaintext_free(sotto_ckks_plaintext* plain);

sotto_ckks_ciphertext* sotto_ckks_encrypt(const sotto_ckks* context,
                                          const sotto_ckks_public_key* key,
                                          const sotto_ckks_plaintext* plain);
sotto_ckks_plaintext* sotto_ckks_decrypt(const sotto_ckks* context,
                                         const sotto_ckks_secret_key* key,
                                         const sotto_ckks_ciphertext* ciphertext);

sotto_ckks_ciphertext* sotto_ckks_add(const sotto_ckks* context, const sotto_ckks_ciphertext* a,
                                      const sotto_ckks_ciphertext* b);
sotto_ckks_ciphertext* sotto_ckks_subtract(const sotto_ckks* context,
                                           const sotto_ckks_ciphertext* a,
                                           const sotto_ckks_ciphertext* b);
sotto_ckks_ciphertext* sotto_ckks_multiply(const sotto_ckks* context,
                                           const sotto_ckks_ciphertext* a,
                                           const sotto_ckks_ciphertext* b);
sotto_ckks_ciphertext* sotto_ckks_add_plain(const sotto_ckks* context,
                                            const sotto_ckks_ciphertext* a,
                                            const sotto_ckks_plaintext* b);
sotto_ckks_ciphertext* sotto_ckks_multiply_plain(const sotto_ckks* context,
                                                 const sotto_ckks_ciphertext* a,
                                                 const sotto_ckks_plaintext* b);
sotto_ckks_ciphertext* sotto_ckks_relinearise(const sotto_ckks* context,
                                              const sotto_ckks_ciphertext* a,
                                              const sotto_ckks_relin_key* key);
// Divides by the level's prime and drops it.
sotto_ckks_ciphertext* sotto_ckks_rescale(const sotto_ckks* context,
                                          const sotto_ckks_ciphertext* a);
// Drops primes without dividing.
sotto_ckks_ciphertext* sotto_ckks_switch_level(const sotto_ckks* context,
                                               const sotto_ckks_ciphertext* a, int32_t level);
// The same residues read at another scale.
sotto_ckks_ciphertext* sotto_ckks_with_scale(const sotto_ckks_ciphertext* a, double scale);
// Slot i of the result is slot i + steps of a.
sotto_ckks_ciphertext* sotto_ckks_rotate(const sotto_ckks* context, const sotto_ckks_ciphertext* a,
                                         int32_t steps, const sotto_ckks_galois_key* key);

int32_t sotto_ckks_ciphertext_level(const sotto_ckks* context,
                                    const sotto_ckks_ciphertext* ciphertext);
int32_t sotto_ckks_ciphertext_size(const sotto_ckks_ciphertext* ciphertext);
double sotto_ckks_ciphertext_scale(const sotto_ckks_ciphertext* ciphertext);
void sotto_ckks_ciphertext_free(sotto_ckks_ciphertext* ciphertext);

#ifdef __cplusplus
}
#endif

#endif
