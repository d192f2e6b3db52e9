/**
 * The systems that Sotto is compared with, on the same channel and in the same build: whole
 * networks on ciphertexts after CryptoNets, and linear layers on slots with relus in circuits after
 * MP2ML. {@link io.sotto.baselines.Baselines} is what a program registers that offers them; stock
 * servers and clients know nothing of them.
 */
@NullMarked
package io.sotto.baselines;

import org.jspecify.annotations.NullMarked;
