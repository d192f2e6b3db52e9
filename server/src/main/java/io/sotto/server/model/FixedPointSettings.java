package io.sotto.server.model;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a model's numbers become fixed point. Start with {@link #DEFAULTS}.
 *
 * @param inputFraction fraction bits of inputs, at most; fewer if the inputs are large
 * @param hiddenFraction fraction bits of hidden activations. More than of the outputs: what a
 *     hidden value loses in the last place goes through all later layers
 * @param outputFraction fraction bits of the outputs
 * @param weightFraction fraction bits of weights; fewer in layers with large weights, more in
 *     layers with small ones only
 * @param maxBits the most bits of an activation; a layer whose values need more loses fraction bits
 * @param headroom by how much values may exceed what calibration saw before they overflow. It is
 *     rounded up to whole bits, and a bit costs a transfer an activation
 * @param inputLimit the largest magnitude of an input; null to take it from the calibration, or 1
 */
public record FixedPointSettings(
    int inputFraction,
    int hiddenFraction,
    int outputFraction,
    int weightFraction,
    int maxBits,
    double headroom,
    @Nullable Double inputLimit) {
  public static final FixedPointSettings DEFAULTS =
      new FixedPointSettings(10, 12, 8, 11, 24, 1.5, null);

  private static final int MAX_FRACTION = 20;

  public FixedPointSettings {
    requireWithin("input-fraction", inputFraction, 0, MAX_FRACTION);
    requireWithin("hidden-fraction", hiddenFraction, 0, MAX_FRACTION);
    requireWithin("output-fraction", outputFraction, 0, MAX_FRACTION);
    requireWithin("weight-fraction", weightFraction, 1, MAX_FRACTION);
    requireWithin("max-bits", maxBits, 4, 32);
    if (!(headroom >= 1 && headroom <= 1024)) {
      throw new IllegalArgumentException("headroom is " + headroom + "; allowed are 1..1024");
    }
    if (inputLimit != null && !(inputLimit >= 1e-6 && inputLimit <= 1e6)) {
      throw new IllegalArgumentException(
          "input-limit is " + inputLimit + "; allowed are 0.000001..1000000");
    }
  }

  private static void requireWithin(String what, int given, int from, int to) {
    if (given < from || given > to) {
      throw new IllegalArgumentException(
          what + " is " + given + "; allowed are " + from + ".." + to);
    }
  }

  public FixedPointSettings withInputFraction(int bits) {
    return with(copy -> copy.inputFraction = bits);
  }

  public FixedPointSettings withHiddenFraction(int bits) {
    return with(copy -> copy.hiddenFraction = bits);
  }

  public FixedPointSettings withOutputFraction(int bits) {
    return with(copy -> copy.outputFraction = bits);
  }

  public FixedPointSettings withWeightFraction(int bits) {
    return with(copy -> copy.weightFraction = bits);
  }

  public FixedPointSettings withMaxBits(int bits) {
    return with(copy -> copy.maxBits = bits);
  }

  public FixedPointSettings withHeadroom(double factor) {
    return with(copy -> copy.headroom = factor);
  }

  public FixedPointSettings withInputLimit(double limit) {
    return with(copy -> copy.inputLimit = limit);
  }

  private FixedPointSettings with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new FixedPointSettings(
        copy.inputFraction,
        copy.hiddenFraction,
        copy.outputFraction,
        copy.weightFraction,
        copy.maxBits,
        copy.headroom,
        copy.inputLimit);
  }

  /** All settings, to be changed. */
  private static final class Copy {
    private int inputFraction;
    private int hiddenFraction;
    private int outputFraction;
    private int weightFraction;
    private int maxBits;
    private double headroom;
    private @Nullable Double inputLimit;

    Copy(FixedPointSettings of) {
      inputFraction = of.inputFraction;
      hiddenFraction = of.hiddenFraction;
      outputFraction = of.outputFraction;
      weightFraction = of.weightFraction;
      maxBits = of.maxBits;
      headroom = of.headroom;
      inputLimit = of.inputLimit;
    }
  }
}
