package io.sotto.converter.attack;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A network of random integer weights whose rescaled values, here called units, are numbered layer
 * by layer, the outputs last. Numbers are integers as doubles, which hold them exactly; in {@link
 * #sensitivity} they are reals.
 */
final class SmallNetwork {
  /** Fraction bits of activations and weights. */
  static final int FRACTION = 10;

  /** m, of rescaled values. */
  static final int BITS = 18;

  /** L, of linear layers' results. */
  static final int WIDE_BITS = BITS + FRACTION;

  static final int INPUTS = 8;
  static final int OUTPUTS = 4;
  private static final int HIDDEN = 16;

  /** What lies between the first layer and the last one. */
  enum Path {
    /** Nothing, not even the first layer. */
    NONE,
    /** A relu. */
    RELU,
    /** The larger one of each two, then a relu. */
    POOLING,
    /** A relu; a layer whose results are added to the relu's; and a relu of the sums. */
    RESIDUAL
  }

  /** How a result becomes a unit's value. */
  @FunctionalInterface
  interface Rescale {
    double of(double result, int unit);
  }

  /** A linear layer; rows are outputs. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Layer(int[][] weights, long[] bias) {
    /** Rows have an l1 norm of at most 4, biases are below 1. */
    static Layer random(Random random, int inputs, int outputs) {
      int bound = (4 << FRACTION) / inputs;
      long most = 1L << (2 * FRACTION);
      return new Layer(
          IntStream.range(0, outputs)
              .mapToObj(row -> random.ints(inputs, -bound, bound + 1).toArray())
              .toArray(int[][]::new),
          random.longs(outputs, -most, most).toArray());
    }

    double[] apply(double[] input) {
      double[] results = new double[bias.length];
      for (int row = 0; row < results.length; row++) {
        results[row] = bias[row];
        for (int i = 0; i < input.length; i++) {
          results[row] += weights[row][i] * input[i];
        }
      }
      return results;
    }
  }

  /**
   * What a unit's value does to the outputs of one input, for reals.
   *
   * @param slopes by unit and output; for a unit before the last layer that is active the weight
   *     with which it goes into the output
   * @param certain whether a unit moves an output, by its slope, within two units of the last place
   * @param possible whether it moves any output at all by as much
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Sensitivity(double[][] slopes, boolean[] certain, boolean[] possible) {}

  private final Path path;
  private final Layer first;
  private final Layer second;
  private final Layer last;

  SmallNetwork(Path path, long seed) {
    Random random = new Random(seed);
    this.path = path;
    this.first = Layer.random(random, INPUTS, path == Path.POOLING ? 2 * HIDDEN : HIDDEN);
    this.second = Layer.random(random, HIDDEN, HIDDEN);
    this.last = Layer.random(random, path == Path.NONE ? INPUTS : HIDDEN, OUTPUTS);
  }

  /** An input of the network. */
  static long[] input(long seed) {
    return new Random(seed).longs(INPUTS, -(1 << FRACTION), 1 << FRACTION).toArray();
  }

  Path path() {
    return path;
  }

  Layer first() {
    return first;
  }

  Layer second() {
    return second;
  }

  Layer last() {
    return last;
  }

  /** Units that aren't outputs. */
  int hidden() {
    return switch (path) {
      case NONE -> 0;
      case RELU -> HIDDEN;
      case POOLING, RESIDUAL -> 2 * HIDDEN;
    };
  }

  int units() {
    return hidden() + OUTPUTS;
  }

  double[] run(long[] input, Rescale rescale) {
    double[] x = Arrays.stream(input).asDoubleStream().toArray();
    double[] z = path == Path.NONE ? x : between(rescaled(first.apply(x), 0, rescale), rescale);
    return rescaled(last.apply(z), hidden(), rescale);
  }

  /** The last layer's input, of the first layer's units. */
  private double[] between(double[] y, Rescale rescale) {
    return switch (path) {
      case NONE -> throw new IllegalStateException("there is no first layer");
      case RELU -> relu(y);
      case POOLING -> relu(larger(y));
      case RESIDUAL -> {
        double[] skip = relu(y);
        yield relu(sum(rescaled(second.apply(skip), HIDDEN, rescale), skip));
      }
    };
  }

  /** The outputs before any rounding. */
  double[] unrounded(long[] input) {
    return run(input, (result, unit) -> Math.scalb(result, -FRACTION));
  }

  Sensitivity sensitivity(long[] input) {
    double[][] slopes = new double[units()][];
    boolean[] certain = new boolean[units()];
    boolean[] possible = new boolean[units()];
    for (int unit = 0; unit < units(); unit++) {
      double[] up = change(input, unit, 2);
      double[] down = change(input, unit, -2);
      double[] slope = change(input, unit, Math.scalb(1.0, -FRACTION));
      slopes[unit] = Arrays.stream(slope).map(s -> Math.scalb(s, FRACTION)).toArray();
      boolean straight = true;
      for (int i = 0; i < OUTPUTS; i++) {
        straight &= near(up[i], 2 * slopes[unit][i]) && near(down[i], -2 * slopes[unit][i]);
        possible[unit] |= !near(up[i], 0) || !near(down[i], 0);
      }
      certain[unit] = straight && possible[unit];
    }
    return new Sensitivity(slopes, certain, possible);
  }

  /** How the outputs change if a unit's value does. */
  private double[] change(long[] input, int changed, double by) {
    double[] before = unrounded(input);
    double[] after =
        run(input, (result, unit) -> Math.scalb(result, -FRACTION) + (unit == changed ? by : 0));
    return IntStream.range(0, OUTPUTS).mapToDouble(i -> after[i] - before[i]).toArray();
  }

  private static boolean near(double a, double b) {
    return Math.abs(a - b) < 1e-6;
  }

  private static double[] rescaled(double[] results, int firstUnit, Rescale rescale) {
    return IntStream.range(0, results.length)
        .mapToDouble(i -> rescale.of(results[i], firstUnit + i))
        .toArray();
  }

  private static double[] relu(double[] values) {
    return Arrays.stream(values).map(value -> Math.max(0, value)).toArray();
  }

  private static double[] larger(double[] values) {
    return IntStream.range(0, values.length / 2)
        .mapToDouble(i -> Math.max(values[2 * i], values[2 * i + 1]))
        .toArray();
  }

  private static double[] sum(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray();
  }
}
