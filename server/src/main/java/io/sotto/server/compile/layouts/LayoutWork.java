package io.sotto.server.compile.layouts;

import java.util.Comparator;

/**
 * What both parties have to do for a batch in some layout; ciphertexts and polynomials of degree
 * 2048, others in proportion.
 *
 * @param uploads ciphertexts that the client encrypts
 * @param results ciphertexts that the server re-randomises
 * @param weights polynomials of weights
 * @param uses how often a batch uses all of them
 * @param products of them and ciphertexts
 * @param multiplyAdds of integers
 * @param kilobytes both ways
 */
public record LayoutWork(
    double uploads,
    double results,
    double weights,
    int uses,
    double products,
    double multiplyAdds,
    double kilobytes) {
  /** By what is counted, in some order: what is {@link #within} another comes before it. */
  static final Comparator<LayoutWork> ORDER =
      Comparator.comparingDouble(LayoutWork::uploads)
          .thenComparingDouble(LayoutWork::results)
          .thenComparingDouble(LayoutWork::weights)
          .thenComparingInt(LayoutWork::uses)
          .thenComparingDouble(LayoutWork::products)
          .thenComparingDouble(LayoutWork::multiplyAdds)
          .thenComparingDouble(LayoutWork::kilobytes);

  private static final double WEIGHT_BYTES = 2048 * Long.BYTES;

  /** Bytes of its weights in the form in which they multiply. */
  long weightBytes() {
    return (long) (weights * WEIGHT_BYTES);
  }

  /**
   * What it costs.
   *
   * @param room bytes for weights, which are transformed for each use if they take more
   */
  public double cost(UnitCosts costs, long room) {
    double transforms = weightBytes() <= room ? 0 : uses * weights;
    return uploads * costs.upload()
        + results * costs.result()
        + transforms * costs.transform()
        + products * costs.product()
        + multiplyAdds / costs.multiplyAdds()
        + kilobytes * costs.kilobyte();
  }

  /** Is nothing of this more than that? */
  boolean within(LayoutWork that) {
    return uploads <= that.uploads
        && results <= that.results
        && weights <= that.weights
        && uses <= that.uses
        && products <= that.products
        && multiplyAdds <= that.multiplyAdds
        && kilobytes <= that.kilobytes;
  }
}
