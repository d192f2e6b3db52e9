/**
 * CKKS over one prime with coefficient encoding: keys that the client holds, seeded uploads,
 * integer linear maps on ciphertexts, and their re-randomisation. The way of a batch: {@link
 * io.sotto.ckks.SeededUpload} at the client, {@link io.sotto.ckks.InputBlock}, {@link
 * io.sotto.ckks.LinearMap} and {@link io.sotto.ckks.ReRandomiser} at the server, and, the second
 * part only and rounded by the protocol above, back to the client's {@link
 * io.sotto.ckks.SecretKey}. {@link io.sotto.ckks.ParameterPlanner} chooses the ring by a proven
 * {@link io.sotto.ckks.NoiseBound}.
 */
@NullMarked
package io.sotto.ckks;

import org.jspecify.annotations.NullMarked;
