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
 * those of carries, which are to be run without decoding.
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

  /**
   * Of a + b with n bits: the carry out of the lowest bits, if any are named, then whether the top
   * bit is 0: n - 1 ANDs. To be run without decoding.
   */
  public static Circuit carryAndSign(int n, int lowest) {
    return carries(
        n, lowest, (b, a, e, carry) -> b.xor(b.xor(a[n - 1], e[n - 1]), carry[n - 1]).not());
  }

  /**
   * The carry out of the lowest bits, if any are named, then that out of all n bits of (a + 2^(n -
   * 1) mod 2^n) + b: n ANDs. To be run without decoding.
   */
  public static Circuit carryAndOverflow(int n, int lowest) {
    return carries(
        n, lowest, (b, a, e, carry) -> Arithmetic.carry(b, a[n - 1].not(), e[n - 1], carry[n - 1]));
  }

  /** The carry out of a + b: n ANDs. To be run without decoding. */
  public static Circuit carry(int n) {
    return carries(n, 0, (b, a, e, carry) -> Arithmetic.carry(b, a[n - 1], e[n - 1], carry[n - 1]));
  }

  private interface Last {
    Bit of(CircuitBuilder b, Bit[] a, Bit[] e, Bit[] carry);
  }

  private static Circuit carries(int n, int lowest, Last last) {
    if (n < 1 || n > MAX_BITS || lowest < 0 || lowest >= n) {
      throw new IllegalArgumentException(
          "the carry out of %d of %d bits; allowed are fewer than all of up to %d"
              .formatted(lowest, n, MAX_BITS));
    }
    CircuitBuilder b = new CircuitBuilder();
    Bit[] a = b.garblerInput(n);
    Bit[] e = b.evaluatorInput(n);
    Bit[] carry = new Bit[n];
    carry[0] = Bit.ZERO;
    for (int i = 1; i < n; i++) {
      carry[i] = Arithmetic.carry(b, a[i - 1], e[i - 1], carry[i - 1]);
    }
    if (lowest > 0) {
      b.output(carry[lowest]);
    }
    b.output(last.of(b, a, e, carry));
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
