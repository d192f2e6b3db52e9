/**
 * Ordinary CKKS through SEAL: real numbers in the slots of a ciphertext, which are added,
 * multiplied and rotated under encryption. {@link io.sotto.ckks.slots.SlotClient} encrypts and
 * decrypts, {@link io.sotto.ckks.slots.SlotEvaluator} computes. Baselines that approximate a whole
 * network by polynomials stand on it; the protocol itself doesn't, and nothing here has a wire
 * format.
 */
@NullMarked
package io.sotto.ckks.slots;

import org.jspecify.annotations.NullMarked;
