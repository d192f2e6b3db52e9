/**
 * Ordinary CKKS through SEAL: real numbers in the slots of a ciphertext, which are added,
 * multiplied and rotated under encryption. {@link io.sotto.ckks.slots.SlotClient} encrypts and
 * decrypts, {@link io.sotto.ckks.slots.SlotEvaluator} computes.
 *
 * <p>Whole layers run on {@link io.sotto.ckks.slots.SlotRows}, many ciphertexts at once as rows of
 * residues, by {@link io.sotto.ckks.slots.SlotLayers}; those have a wire format, and so have the
 * keys ({@link io.sotto.ckks.slots.SlotKeySpec}). The baselines that the protocol is compared with
 * stand on them; the protocol itself doesn't.
 */
@NullMarked
package io.sotto.ckks.slots;

import org.jspecify.annotations.NullMarked;
