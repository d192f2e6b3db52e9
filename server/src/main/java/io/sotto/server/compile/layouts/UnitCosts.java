package io.sotto.server.compile.layouts;

import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.RingParameters;

/**
 * What the parts of a linear step cost on a machine, in microseconds of one core, both parties
 * together, in a ring of degree 2048; others in proportion to their degree.
 *
 * @param upload a ciphertext encrypted, sent, received, and made ready for products of polynomials
 * @param product a product of polynomials with both parts of a ciphertext, its weights in memory
 * @param transform of a weight polynomial that isn't kept
 * @param result a ciphertext re-randomised, sent, received and decrypted
 * @param kilobyte sent and received
 * @param multiplyAdds integer multiplications and additions in a microsecond
 */
public record UnitCosts(
    double upload,
    double product,
    double transform,
    double result,
    double kilobyte,
    double multiplyAdds) {
  /** Of two cores of an AMD EPYC with AVX-512, as {@code sotto bench layouts --each} has them. */
  public static final UnitCosts DEFAULT = new UnitCosts(24, 0.8, 3, 14, 0.8, 12000);

  /** How much longer products take with moduli beyond what vectors multiply. */
  private static final double SLOW = 8;

  public UnitCosts {
    for (double cost : new double[] {upload, product, transform, result, kilobyte, multiplyAdds}) {
      if (!(cost >= 0 && cost < 1e9) || !(multiplyAdds > 0)) {
        throw new IllegalArgumentException("a cost of %s; costs are 0 to 1e9".formatted(cost));
      }
    }
  }

  /** In rings with such a modulus. */
  UnitCosts in(RingParameters ring) {
    return ring.modulusBits() <= ParameterPlanner.fastBits()
        ? this
        : new UnitCosts(upload, SLOW * product, SLOW * transform, result, kilobyte, multiplyAdds);
  }
}
