#ifndef SOTTO_RING_H
#define SOTTO_RING_H

#include <stdint.h>

// The ring Z_q[X]/(X^N+1) for one NTT prime q, on SEAL's transforms, or on
// faster ones that give the same.
//
// A polynomial is N residues in [0,q); arrays of polynomials are row-major. "ntt" marks the
// evaluation form, "coef" the coefficient form. Seeds have 32 bytes. Every polynomial that a seed
// gives belongs to one purpose and one index, so one seed may serve several purposes. Unless it says
// otherwise a function keeps its inputs, and an output may not overlap an input.

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sotto_ring sotto_ring;

// q is the first prime of that many bits that SEAL takes for this degree.
sotto_ring* sotto_ring_create(int32_t log_degree, int32_t modulus_bits);
void sotto_ring_free(sotto_ring* ring);
uint64_t sotto_ring_modulus(const sotto_ring* ring);

// s ternary, in evaluation form.
int sotto_ring_secret_key(const sotto_ring* ring, const uint8_t* seed, uint64_t* s_ntt);

// b = -(a*s) + e, both in evaluation form, a from the public seed.
int sotto_ring_public_key(const sotto_ring* ring, const uint64_t* s_ntt, const uint8_t* public_seed,
                          const uint8_t* secret_seed, uint64_t* b_ntt);

// The a of a public key.
int sotto_ring_public_key_a(const sotto_ring* ring, const uint8_t* public_seed, uint64_t* a_ntt);

// c0 = -(c1*s) + e + m for c1 = sotto_ring_expand. c0 may be the messages' own array.
int sotto_ring_encrypt(const sotto_ring* ring, const uint64_t* s_ntt, const uint64_t* messages_coef,
                       int32_t count, const uint8_t* public_seed, const uint8_t* secret_seed,
                       int64_t first_index, uint64_t* c0_coef);

// c1 of fresh ciphertexts, uniform.
int sotto_ring_expand(const sotto_ring* ring, const uint8_t* public_seed, int64_t first_index,
                      int32_t count, uint64_t* c1_ntt);

// Adds an encryption of zero under the public key (a, b): c0 += b*u, c1 += a*u + e. In place; c1
// comes in evaluation form and leaves in coefficient form. As b*u has no noise of its own, c0 may not
// be shown to anyone afterwards.
int sotto_ring_rerandomise(const sotto_ring* ring, const uint64_t* a_ntt, const uint64_t* b_ntt,
                           const uint8_t* secret_seed, int64_t first_index, int32_t count,
                           uint64_t* c0_coef, uint64_t* c1_ntt_to_coef);

// c0 + c1*s, which is m + e.
int sotto_ring_decrypt(const sotto_ring* ring, const uint64_t* s_ntt, const uint64_t* c0_coef,
                       const uint64_t* c1_ntt, int32_t count, uint64_t* out_coef);

// For c1 of k-bit numbers, read as signed: the coefficients of c1*s over the integers, modulo 2^k.
// Needs N*2^(k-1) < q/2. The output may be c1's own array.
int sotto_ring_decrypt_short(const sotto_ring* ring, const uint64_t* s_ntt, const uint64_t* c1,
                             int32_t k, int32_t count, uint64_t* out);

int sotto_ring_to_ntt(const sotto_ring* ring, uint64_t* polys, int32_t count);
int sotto_ring_from_ntt(const sotto_ring* ring, uint64_t* polys, int32_t count);

// Polynomials of integer coefficients, of which each is between -2^20 and 2^20, the bounds left out, to
// evaluation form; refuses others.
int sotto_ring_weights(const sotto_ring* ring, const int32_t* coefficients, int32_t count, uint64_t* ntt);

// What SEAL's own Decryptor makes of one ciphertext, in coefficient form; for tests.
int sotto_ring_seal_decrypt(const sotto_ring* ring, const uint64_t* s_ntt, const uint64_t* c0_coef,
                            const uint64_t* c1_ntt, uint64_t* out_coef);

#ifdef __cplusplus
}
#endif

#endif
