package io.sotto.server.compile.formats;

import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.operations.Op;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/** An interval for each element of a tensor, in real numbers. */
@SuppressWarnings("ArrayRecordComponent") // Never compared; large.
record Bounds(double[] low, double[] high) {
  /** The same interval for all elements. */
  static Bounds filled(int elements, double low, double high) {
    double[] lows = new double[elements];
    double[] highs = new double[elements];
    Arrays.fill(lows, low);
    Arrays.fill(highs, high);
    return new Bounds(lows, highs);
  }

  static Bounds symmetric(int elements, double limit) {
    return filled(elements, -limit, limit);
  }

  /** Intervals one after another, each scaled by a factor. */
  static Bounds join(List<Bounds> parts, double[] factors) {
    int elements = parts.stream().mapToInt(Bounds::elements).sum();
    Bounds all = new Bounds(new double[elements], new double[elements]);
    int at = 0;
    for (int part = 0; part < factors.length; part++) {
      for (int i = 0; i < parts.get(part).low.length; i++) {
        all.low[at] = parts.get(part).low[i] * factors[part];
        all.high[at++] = parts.get(part).high[i] * factors[part];
      }
    }
    return all;
  }

  /** What a sum may be. */
  static Bounds sum(Op.Combine sum, IntFunction<Bounds> of) {
    double[] constants = sum.constants();
    double[] low = constants == null ? new double[sum.elements()] : constants.clone();
    double[] high = low.clone();
    for (Op.Term term : sum.terms()) {
      double factor = term.factor();
      Bounds bounds = of.apply(term.value());
      for (int i = 0; i < low.length; i++) {
        int ref = term.refs()[i];
        if (ref != AffineMap.ZERO) {
          low[i] += factor * (factor > 0 ? bounds.low[ref] : bounds.high[ref]);
          high[i] += factor * (factor > 0 ? bounds.high[ref] : bounds.low[ref]);
        }
      }
    }
    return new Bounds(low, high);
  }

  /** What products element by element may be. */
  static Bounds product(Bounds a, Bounds b) {
    double[] low = new double[a.elements()];
    double[] high = new double[a.elements()];
    for (int i = 0; i < low.length; i++) {
      double[] ends = {
        a.low[i] * b.low[i], a.low[i] * b.high[i], a.high[i] * b.low[i], a.high[i] * b.high[i]
      };
      Arrays.sort(ends);
      low[i] = ends[0];
      high[i] = ends[3];
    }
    return new Bounds(low, high);
  }

  int elements() {
    return low.length;
  }

  double maxAbs() {
    double max = 0;
    for (int i = 0; i < low.length; i++) {
      max = Math.max(max, Math.max(-low[i], high[i]));
    }
    return max;
  }

  double min() {
    return Arrays.stream(low).min().orElse(0);
  }

  double max() {
    return Arrays.stream(high).max().orElse(0);
  }

  /** What of it lies within a limit. */
  Bounds within(double limit) {
    return clamped(-limit, limit);
  }

  /** With no negative lower ends: squares have none. */
  Bounds notNegative() {
    return new Bounds(Arrays.stream(low).map(end -> Math.max(0, end)).toArray(), high);
  }

  /** What a ReLU leaves of it. */
  Bounds relu() {
    return clamped(0, Double.POSITIVE_INFINITY);
  }

  private Bounds clamped(double least, double most) {
    Bounds clamped = new Bounds(low.clone(), high.clone());
    for (int i = 0; i < low.length; i++) {
      clamped.low[i] = Math.max(least, Math.min(most, low[i]));
      clamped.high[i] = Math.max(least, Math.min(most, high[i]));
    }
    return clamped;
  }

  /** Every interval larger by so much at both ends. */
  Bounds widened(double by) {
    Bounds wider = new Bounds(low.clone(), high.clone());
    for (int i = 0; i < low.length; i++) {
      wider.low[i] -= by;
      wider.high[i] += by;
    }
    return wider;
  }
}
