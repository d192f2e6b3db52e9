package io.sotto.ckks;

/**
 * Integer weights, a row for each of some consecutive outputs. Blocks of a {@link LinearMap} that
 * use the same weights, such as the positions of a convolution, share one.
 *
 * <p><b>Security.</b> The model's secret; prints nothing.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> Bad sizes and weights are refused when made.
 */
public final class WeightMatrix {
  /** Weights lie strictly between minus this and this. */
  public static final int WEIGHT_BOUND = 1 << 20;

  private final int rows;
  private final int columns;
  private final int[] weights;

  private WeightMatrix(int rows, int columns, int[] weights) {
    this.rows = rows;
    this.columns = columns;
    this.weights = weights;
  }

  /**
   * Copies weights.
   *
   * @param rows number of outputs
   * @param weights row after row
   */
  public static WeightMatrix of(int rows, int[] weights) {
    if (rows < 1 || weights.length == 0 || weights.length % rows != 0) {
      throw new IllegalArgumentException(
          weights.length
              + " weights for "
              + rows
              + " outputs; give as many for each, at least one");
    }
    requireBound(weights);
    return new WeightMatrix(rows, weights.length / rows, weights.clone());
  }

  static void requireBound(int[] weights) {
    for (int weight : weights) {
      if (weight <= -WEIGHT_BOUND || weight >= WEIGHT_BOUND) {
        throw new IllegalArgumentException(
            "a weight has more than 20 bits and a sign; choose a smaller scale for the weights");
      }
    }
  }

  /** Number of outputs. */
  public int rows() {
    return rows;
  }

  /** Number of inputs that each output takes. */
  public int columns() {
    return columns;
  }

  int at(int row, int column) {
    return weights[row * columns + column];
  }

  int[] weights() {
    return weights;
  }

  @Override
  public String toString() {
    return "WeightMatrix[" + rows + " x " + columns + "]";
  }
}
