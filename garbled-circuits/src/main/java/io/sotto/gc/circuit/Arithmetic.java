package io.sotto.gc.circuit;

import java.util.Arrays;
import java.util.List;

/**
 * Gadgets on numbers, which are arrays of bits, lowest first; signed ones are in two's complement.
 * The costs in ANDs are those for operands without constant bits.
 */
public final class Arithmetic {
  private Arithmetic() {}

  /** The number as constant bits. */
  public static Bit[] constant(long value, int bits) {
    Bit[] result = new Bit[bits];
    for (int i = 0; i < bits; i++) {
      result[i] = Bit.of((value >> i & 1) != 0);
    }
    return result;
  }

  /** Every bit's opposite: free. */
  public static Bit[] not(Bit[] x) {
    Bit[] result = new Bit[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = x[i].not();
    }
    return result;
  }

  /** The low bits, or the number with zeros on top. */
  public static Bit[] zeroExtend(Bit[] x, int bits) {
    Bit[] result = Arrays.copyOf(x, bits);
    Arrays.fill(result, Math.min(x.length, bits), bits, Bit.ZERO);
    return result;
  }

  /** The low bits, or the number with its sign on top. */
  public static Bit[] signExtend(Bit[] x, int bits) {
    Bit[] result = Arrays.copyOf(x, bits);
    Arrays.fill(result, Math.min(x.length, bits), bits, x[x.length - 1]);
    return result;
  }

  /** x + y mod 2^m: m - 1 ANDs. */
  public static Bit[] add(CircuitBuilder b, Bit[] x, Bit[] y) {
    sameLength(x, y);
    Bit[] sum = new Bit[x.length];
    Bit carry = Bit.ZERO;
    for (int i = 0; i < x.length; i++) {
      sum[i] = b.xor(b.xor(x[i], y[i]), carry);
      if (i < x.length - 1) {
        carry = carry(b, x[i], y[i], carry);
      }
    }
    return sum;
  }

  /**
   * The majority of three bits with one AND (Kolesnikov, Sadeghi, Schneider: Improved garbled
   * circuit building blocks, 2009, section 3.1).
   */
  static Bit carry(CircuitBuilder b, Bit x, Bit y, Bit carry) {
    return b.xor(b.and(b.xor(x, carry), b.xor(y, carry)), carry);
  }

  /** x - y mod 2^m, as the opposite of (not x) + y: m - 1 ANDs. */
  public static Bit[] subtract(CircuitBuilder b, Bit[] x, Bit[] y) {
    return not(add(b, not(x), y));
  }

  /** x less than y, both unsigned, as the carry out of (not x) + y: m ANDs. */
  public static Bit lessThanUnsigned(CircuitBuilder b, Bit[] x, Bit[] y) {
    sameLength(x, y);
    Bit carry = Bit.ZERO;
    for (int i = 0; i < x.length; i++) {
      carry = carry(b, x[i].not(), y[i], carry);
    }
    return carry;
  }

  /** x less than y, both signed: m ANDs. */
  public static Bit lessThan(CircuitBuilder b, Bit[] x, Bit[] y) {
    return lessThanUnsigned(b, flipSign(x), flipSign(y));
  }

  private static Bit[] flipSign(Bit[] x) {
    Bit[] result = x.clone();
    result[x.length - 1] = x[x.length - 1].not();
    return result;
  }

  /** {@code choice ? ifOne : ifZero}: m ANDs. */
  public static Bit[] mux(CircuitBuilder b, Bit choice, Bit[] ifOne, Bit[] ifZero) {
    sameLength(ifOne, ifZero);
    Bit[] result = new Bit[ifOne.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = b.mux(choice, ifOne[i], ifZero[i]);
    }
    return result;
  }

  /** x if it is positive, else 0: m - 1 ANDs. The highest bit is the constant 0. */
  public static Bit[] relu(CircuitBuilder b, Bit[] x) {
    Bit[] result = new Bit[x.length];
    Bit positive = x[x.length - 1].not();
    for (int i = 0; i < x.length - 1; i++) {
      result[i] = b.and(x[i], positive);
    }
    result[x.length - 1] = Bit.ZERO;
    return result;
  }

  /** The larger of two signed numbers: 2m ANDs. */
  public static Bit[] max(CircuitBuilder b, Bit[] x, Bit[] y) {
    return mux(b, lessThan(b, x, y), y, x);
  }

  /** Index of the largest of at least two signed numbers; among equal ones the first. */
  public static Bit[] argMax(CircuitBuilder b, List<Bit[]> values) {
    if (values.size() < 2) {
      throw new IllegalArgumentException(
          values.size() + " numbers have no arg-max circuit; give at least 2");
    }
    int bits = 32 - Integer.numberOfLeadingZeros(values.size() - 1);
    return zeroExtend(best(b, values, true).index, bits);
  }

  private static final class Best {
    final Bit[] value;
    final Bit[] index;

    Best(Bit[] value, Bit[] index) {
      this.value = value;
      this.index = index;
    }
  }

  /** A tournament whose left half is a power of two, so that one bit of the index is its result. */
  private static Best best(CircuitBuilder b, List<Bit[]> values, boolean indexOnly) {
    if (values.size() == 1) {
      return new Best(values.get(0), new Bit[0]);
    }
    int half = Integer.highestOneBit(values.size() - 1);
    Best left = best(b, values.subList(0, half), false);
    Best right = best(b, values.subList(half, values.size()), false);
    Bit second = lessThan(b, left.value, right.value);
    int lowBits = left.index.length;
    Bit[] low = mux(b, second, zeroExtend(right.index, lowBits), left.index);
    Bit[] index = Arrays.copyOf(low, lowBits + 1);
    index[lowBits] = second;
    Bit[] value = indexOnly ? left.value : mux(b, second, right.value, left.value);
    return new Best(value, index);
  }

  private static void sameLength(Bit[] x, Bit[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "numbers of " + x.length + " and " + y.length + " bits; give both the same length");
    }
  }
}
