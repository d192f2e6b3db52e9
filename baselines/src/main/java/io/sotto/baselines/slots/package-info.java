/**
 * Ordinary CKKS through SEAL: real numbers in the slots of a ciphertext, which are added,
 * multiplied and rotated under encryption. {@link io.sotto.baselines.slots.SlotClient} encrypts and
 * decrypts, {@link io.sotto.baselines.slots.SlotEvaluator} computes.
 *
 * <p>Whole layers run on {@link io.sotto.baselines.slots.SlotRows}, many ciphertexts at once as
 * rows of residues, by {@link io.sotto.baselines.slots.SlotLayers}; those have a wire format, and
 * so have the keys ({@link io.sotto.baselines.slots.SlotKeySpec}). The baselines that the protocol
 * is compared with stand on them; the protocol itself doesn't.
 */
@NullMarked
package io.sotto.baselines.slots;

import org.jspecify.annotations.NullMarked;
