/**
 * A whole network on ciphertexts, after CryptoNets (Gilad-Bachrach and others, 2016): slot k of
 * every ciphertext belongs to image k, activations are squares, and nothing is decrypted before the
 * outputs. The baseline that the protocol is compared with; it has no garbled circuits, takes
 * networks of bounded depth only, and hides the model less well: {@link
 * io.sotto.baselines.cryptonets.SlotsServer} says how well.
 */
@NullMarked
package io.sotto.baselines.cryptonets;

import org.jspecify.annotations.NullMarked;
