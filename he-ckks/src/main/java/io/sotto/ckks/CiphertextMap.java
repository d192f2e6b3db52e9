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

  /**
   * Some consecutive results of each of some consecutive groups of ciphertexts.
   *
   * @param firstGroup number of the first group
   * @param groups so many
   * @param first of the results of a group
   * @param count so many of each group
   */
  record Part(int firstGroup, int groups, int first, int count) {
    void requireOf(int allGroups, int results) {
      if (first < 0 || count < 1 || count > results - first) {
        throw new IndexOutOfBoundsException(
            "results %d to %d of %d".formatted(first, (long) first + count, results));
      }
      if (firstGroup < 0 || groups < 1 || groups > allGroups - firstGroup) {
        throw new IndexOutOfBoundsException(
            "groups %d to %d of %d".formatted(firstGroup, (long) firstGroup + groups, allGroups));
      }
    }

    int ciphertexts() {
      return Math.multiplyExact(groups, count);
    }
  }

  /** Results, group by group. */
  @FunctionalInterface
  interface Results {
    Accumulated of(Part part);
  }

  /**
   * The map on an upload, group by group, whose first parts it may take.
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
