package io.sotto.gc.circuit;

import java.util.ArrayList;
import java.util.List;

/**
 * The circuits on additive shares that the protocol's non-linear steps run.
 *
 * <p>All take n signed values of m bits, each as a + b mod 2^m: the garbler's inputs are the n
 * shares a one after another, the evaluator's are the n shares b, all lowest bit first. Circuits
 * that share their result again take a fresh random number r of L bits as the garbler's last input
 * and give the evaluator y - r mod 2^L, so that (r, y - r) is a sharing of y in Z_{2^L}.
 *
 * <p><b>Security.</b> The evaluator's output is y - r; as long as r is uniform and used once it
 * says nothing about y. The exceptions are {@link #argMax}, whose purpose is to show the index, and
 * {@link #notNegative}, which is to be run without decoding.
 *
 * <p><b>Failure.</b> Sizes out of range are wrong use.
 */
public final class ShareCircuits {
  private static final int MAX_BITS = 64;

  private ShareCircuits() {}

  /** max(a + b, 0), shared again: (m-1) + (m-1) + (L-1) ANDs. */
  public static Circuit relu(int m, int wideBits) {
    return reshared(1, m, wideBits, (b, v) -> Arithmetic.relu(b, v.get(0)));
  }

  /** Whether a + b is not negative, shown to the evaluator if it is decoded: m - 1 ANDs. */
  public static Circuit notNegative(int m) {
    requireSizes(1, m);
    CircuitBuilder b = new CircuitBuilder();
    Bit[] a = b.garblerInput(m);
    Bit[] e = b.evaluatorInput(m);
    b.output(Arithmetic.add(b, a, e)[m - 1].not());
    return b.build();
  }

  /** a + b with its sign extended to L bits, shared again: (m-1) + (L-1) ANDs. */
  public static Circuit identity(int m, int wideBits) {
    return reshared(1, m, wideBits, (b, v) -> v.get(0));
  }

  /** The largest of n values, shared again: n(m-1) + (n-1)2m + (L-1) ANDs. */
  public static Circuit max(int count, int m, int wideBits) {
    return reshared(
        count,
        m,
        wideBits,
        (b, v) -> {
          Bit[] largest = v.get(0);
          for (Bit[] value : v.subList(1, v.size())) {
            largest = Arithmetic.max(b, largest, value);
          }
          return largest;
        });
  }

  /** The index of the largest of n values, the first among equal ones, shown to the evaluator. */
  public static Circuit argMax(int count, int m) {
    requireSizes(count, m);
    CircuitBuilder b = new CircuitBuilder();
    Bit[] a = b.garblerInput(Math.multiplyExact(count, m));
    Bit[] e = b.evaluatorInput(count * m);
    b.output(Arithmetic.argMax(b, sums(b, count, m, a, e)));
    return b.build();
  }

  private interface Function {
    Bit[] apply(CircuitBuilder b, List<Bit[]> values);
  }

  private static Circuit reshared(int count, int m, int wideBits, Function function) {
    requireSizes(count, m);
    if (wideBits < m || wideBits > MAX_BITS) {
      throw new IllegalArgumentException(
          "the wide share has " + wideBits + " bits; allowed are m = " + m + " to " + MAX_BITS);
    }
    CircuitBuilder b = new CircuitBuilder();
    Bit[] a = b.garblerInput(Math.multiplyExact(count, m));
    Bit[] r = b.garblerInput(wideBits);
    Bit[] e = b.evaluatorInput(count * m);
    Bit[] y = function.apply(b, sums(b, count, m, a, e));
    b.output(Arithmetic.subtract(b, Arithmetic.signExtend(y, wideBits), r));
    return b.build();
  }

  private static List<Bit[]> sums(CircuitBuilder b, int count, int m, Bit[] a, Bit[] e) {
    List<Bit[]> sums = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      sums.add(Arithmetic.add(b, number(a, i, m), number(e, i, m)));
    }
    return sums;
  }

  private static Bit[] number(Bit[] bits, int index, int m) {
    Bit[] result = new Bit[m];
    System.arraycopy(bits, index * m, result, 0, m);
    return result;
  }

  private static void requireSizes(int count, int m) {
    if (count < 1) {
      throw new IllegalArgumentException(count + " values; give at least 1");
    }
    if (m < 2 || m > MAX_BITS) {
      throw new IllegalArgumentException("values of " + m + " bits; allowed are 2 to " + MAX_BITS);
    }
  }
}
