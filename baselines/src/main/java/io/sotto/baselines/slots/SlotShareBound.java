package io.sotto.baselines.slots;

import io.sotto.natives.NativeSlotShares;
import java.util.OptionalInt;

/**
 * How far the shares of a masked linear layer on slots lie from the exact value, and how wide the
 * mask has to be. Inputs are encoded times {@code 2^scale} of the parameters, multiplied by integer
 * weights, masked, and decoded by both parties. All bounds hold except with probability 2^-40 a
 * batch of up to 2^30 values.
 *
 * <p><b>Noise in a slot.</b> An input's coefficients have errors: the encryption's, SEAL's centred
 * binomial distribution (sub-Gaussian with variance proxy 21/2), and those of the two parties'
 * roundings. These are random: a coefficient is rounded up or down such that the error's mean is
 * zero, within an interval of length 1, so by Hoeffding's lemma its proxy is 1/4. A slot's real
 * part is a sum of coefficients times cosines whose squares add up to N/2. So the sum of an
 * output's inputs has proxy ||w||_2^2 (21/2 + 1/2) N/2. Re-randomisation adds e u + e' + e'' s.
 * Real and imaginary parts of the slots of u and s, which are ternary, have proxies 2/3 N/2 each,
 * and so their magnitudes' squares are at most M = 2 T^2 N/3; given u and s the proxy of the whole
 * is 21/2 (2 M + 1) N/2. Each exceeds T times the proxy's root with probability at most 2
 * exp(-T^2/2); there are six such events a value. A constant's rounding error of 1/2 is the same in
 * all slots.
 *
 * <p><b>Decoding.</b> Both parties' transforms have relative errors of at most 2^-98 in the
 * Euclidean norm: 13 halvings at N = 2^13, in each a product of complex numbers, a sum, and a
 * factor rounded to 2^-105, some 20 u^2 together with u = 2^-53 (the operations' bounds are in
 * embedding_path.inc). All slots together have norm N 2^maskBits / sqrt(2) at most.
 *
 * <p><b>Coefficients.</b> A message with real slots below Z has coefficients below Z, and their
 * magnitudes add up to at most sqrt(N) Z: the sum of squares is the slots' mean square.
 *
 * @param l2Norm the largest root of the sum of squared integer weights of an output
 * @param slotBits a unit of the shares' last place is {@code 2^slotBits} in a slot
 * @param shareBits m: values are below {@code 2^(m-1)} units
 * @param outputs of the layer
 */
public record SlotShareBound(
    SlotParameters parameters, double l2Norm, int slotBits, int shareBits, int outputs) {
  /** Bits of probability with which bounds fail, and of statistical distance of a response. */
  public static final int FAILURE_BITS = 40;

  private static final int BATCH_BITS = 30;
  private static final double BINOMIAL = 21 / 2.0;
  private static final double ROUNDINGS = 2 / 4.0;
  private static final int EVENT_BITS = 4;
  private static final double DEVIATIONS =
      Math.sqrt(2 * Math.log(2) * (EVENT_BITS + BATCH_BITS + FAILURE_BITS));
  private static final int TRANSFORM_BITS = -98;

  private double degree() {
    return parameters.degree();
  }

  /** Noise of inputs and re-randomisation in a slot. */
  public double slotNoise() {
    double n = degree();
    double inputs = l2Norm * l2Norm * (BINOMIAL + ROUNDINGS) * n / 2;
    double slotsOfTernary = 2 * DEVIATIONS * DEVIATIONS * n / 3;
    double fresh = BINOMIAL * (2 * slotsOfTernary + 1) * n / 2;
    return DEVIATIONS * (Math.sqrt(inputs) + Math.sqrt(fresh)) + 0.5;
  }

  /** The same in a coefficient. */
  private double coefficientNoise() {
    double inputs = l2Norm * l2Norm * (BINOMIAL + ROUNDINGS);
    double fresh = BINOMIAL * (2 * degree() + 1);
    return DEVIATIONS * (Math.sqrt(inputs) + Math.sqrt(fresh)) + 0.5;
  }

  /**
   * All errors before the shares are rounded, in units of their last place. While this is below
   * 1/2, the sum of the shares differs by at most 1 from the exact value rounded to nearest.
   */
  public double lastPlaces() {
    int maskBits = maskBits().orElse(NativeSlotShares.MAX_MASK_BITS);
    double transforms = 2 * Math.scalb(degree() / Math.sqrt(2), maskBits + TRANSFORM_BITS);
    return Math.scalb(slotNoise() + transforms, -slotBits);
  }

  /**
   * Bits of masks with which all coefficients of a whole response are within 2^-40 of the masks
   * alone; empty if masks can't be as wide as that.
   */
  public OptionalInt maskBits() {
    double message = Math.scalb(Math.sqrt(degree()), shareBits - 1 + slotBits);
    double distance = outputs * (message + degree() * coefficientNoise());
    int bits = Math.getExponent(distance) + 1 + FAILURE_BITS - 1;
    return bits > NativeSlotShares.MAX_MASK_BITS
        ? OptionalInt.empty()
        : OptionalInt.of(Math.max(bits, NativeSlotShares.MIN_MASK_BITS));
  }

  /**
   * The lowest level at which message, noise and mask don't wrap around the modulus; empty if there
   * is none.
   */
  public OptionalInt level() {
    OptionalInt maskBits = maskBits();
    for (int level = 0; level <= parameters.topLevel() && maskBits.isPresent(); level++) {
      // A prime of b bits is above 2^(b-1), all together are above half of what they could be: SEAL
      // takes the largest.
      if (maskBits.getAsInt() + 1 <= parameters.bits(level) - 2) {
        return OptionalInt.of(level);
      }
    }
    return OptionalInt.empty();
  }
}
