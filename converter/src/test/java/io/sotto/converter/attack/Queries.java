package io.sotto.converter.attack;

/**
 * Predictions of one and the same input, as an honest but curious client sees them: this is all
 * that an attack gets. Models of the protocol's arithmetic implement it, and so do real runs of
 * both parties.
 */
interface Queries {
  /** How many fractions each query has; number i always belongs to the same value. */
  int fractions();

  /** How many outputs each query has. */
  int outputs();

  /** One more prediction of the input. */
  Query next();

  /**
   * What the client has after a prediction.
   *
   * @param fractions what the client's own exact shares of hidden values and outputs hold below the
   *     last place, in [0, 1): fresh and uniform in each query, whatever the input is
   * @param outputs as they are revealed
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Query(double[] fractions, long[] outputs) {}
}
