package io.sotto.server.compile.layouts;

import java.util.Comparator;

/**
 * What both parties have to do for a batch in some layout; ciphertexts and polynomials of degree
 * 2048, others in proportion.
 *
 * @param uploads ciphertexts that the client encrypts
 * @param results ciphertexts that the server re-randomises
 * @param weights polynomials of weights
 * @param products of them and ciphertexts
 * @param multiplyAdds of integers
 * @param kilobytes both ways
 */
public record LayoutWork(
    double uploads,
    double results,
    double weights,
    double products,
    double multiplyAdds,
    double kilobytes) {
  /** By what is counted, in some order: what is {@link #within} another comes before it. */
  static final Comparator<LayoutWork> ORDER =
      Comparator.comparingDouble(LayoutWork::uploads)
          .thenComparingDouble(LayoutWork::results)
          .thenComparingDouble(LayoutWork::weights)
          .thenComparingDouble(LayoutWork::products)
          .thenComparingDouble(LayoutWork::multiplyAdds)
          .thenComparingDouble(LayoutWork::kilobytes);

  /** Microseconds of one core. */
  public double cost(UnitCosts costs) {
    return uploads * costs.upload()
        + results * costs.result()
        + products * costs.product()
        + multiplyAdds / costs.multiplyAdds()
        + kilobytes * costs.kilobyte();
  }

  /** Is nothing of this more than that? */
  boolean within(LayoutWork that) {
    return uploads <= that.uploads
        && results <= that.results
        && weights <= that.weights
        && products <= that.products
        && multiplyAdds <= that.multiplyAdds
        && kilobytes <= that.kilobytes;
  }
}
