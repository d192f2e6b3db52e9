package io.sotto.ckks;

import io.sotto.natives.Scope;

/**
 * A linear map of ciphertexts, from groups of inputs to as many groups of results.
 *
 * <p><b>Security.</b> Holds the model's weights.
 *
 * <p><b>Threading.</b> Immutable; may be applied by many threads; closed once.
 *
 * <p><b>Failure.</b> Ciphertexts that are no whole number of groups are an {@link
 * IllegalArgumentException}.
 */
public sealed interface CiphertextMap extends AutoCloseable permits LinearMap, PolynomialMap {
  /** Ciphertexts of a group. */
  int inputs();

  /** Results of a group. */
  int results();

  /** Some consecutive results of each group, group by group. */
  @FunctionalInterface
  interface Results {
    /** From this one on, so many of each group. */
    Accumulated of(int first, int count);
  }

  /**
   * The map on an upload, group by group.
   *
   * @param scope owns what is computed once for all results
   */
  Results on(InputBlock upload, Scope scope);

  /** The largest sum of absolute weights that meet what inputs hold, see {@link NoiseBound}. */
  double maxL1Norm();

  /** The largest root of the sum of a result's squared weights, see {@link NoiseBound}. */
  double maxL2Norm();

  /** Wipes the weights. */
  @Override
  void close();
}
