package io.sotto.gc.function;

/**
 * A function of a shared number, which a session computes exactly, by {@link
 * io.sotto.gc.lookup.LookupForm lookups} or with a {@link io.sotto.gc.garble.CircuitForm circuit}.
 * The garbler has a, the evaluator b, of {@code dropped + bits} bits each; let
 *
 * <pre>
 *    y = floor((a + b mod 2^(dropped + bits)) / 2^dropped), in two's complement of `bits` bits.
 * </pre>
 *
 * <p>The results are shares modulo 2^wideBits of y or of max(0, y). They are a function of a + b
 * alone: the carry out of the bits that are dropped is computed, not guessed.
 *
 * <p><b>How.</b> With a', b' the upper parts of a, b, and c the carry out of the lower ones, y = a'
 * + b' + c modulo 2^bits. Over the integers, with a', b' in two's complement, s, t their signs and
 * p = [y &gt;= 0],
 *
 * <pre>   max(0, y) = p (a' + b' + c + 2^bits s t).</pre>
 *
 * For p = 0 both sides are 0. For p = 1, y = a' + b' + c + 2^bits k. k = -1 would need a' + b' + c
 * = y + 2^bits, which is more than two numbers and a carry can be; so k is 0 or 1. k = 1 means a' +
 * b' + c &lt;= -2^(bits - 1) - 1, so both are negative; and if both are, a' + b' + c &lt;= -1, so k
 * = 1. For y itself in more bits, a' is taken in two's complement and b' without a sign: y = a' +
 * b' + c - 2^bits C, C being the carry out of the top of (a' + 2^(bits - 1)) + b' + c.
 *
 * @param dropped low bits that only their carry matters of
 * @param bits of y
 * @param wideBits of the results
 */
public record ShareFunction(Kind kind, int dropped, int bits, int wideBits) {
  /** What is computed of y. */
  public enum Kind {
    /** max(0, y), in at least as many bits as y has. */
    RELU,
    /** y itself: in fewer bits than it has, or as many, or more. */
    VALUE
  }

  /** The widest numbers. */
  public static final int MAX_BITS = 62;

  public ShareFunction {
    if (bits < 2 || dropped < 0 || dropped > MAX_BITS - bits) {
      throw new IllegalArgumentException(
          "shares of %d + %d bits; allowed are 2 or more, and %d in all"
              .formatted(dropped, bits, MAX_BITS));
    }
    int least = kind == Kind.RELU ? bits : 1;
    if (wideBits < least || wideBits > MAX_BITS) {
      throw new IllegalArgumentException(
          "results of %d bits; allowed are %d to %d".formatted(wideBits, least, MAX_BITS));
    }
    if (kind == Kind.VALUE && dropped == 0 && wideBits <= bits) {
      throw new IllegalArgumentException("shares of a number are shares of its low bits already");
    }
  }

  /** max(0, y). */
  public static ShareFunction relu(int dropped, int bits, int wideBits) {
    return new ShareFunction(Kind.RELU, dropped, bits, wideBits);
  }

  /** y. */
  public static ShareFunction value(int dropped, int bits, int wideBits) {
    return new ShareFunction(Kind.VALUE, dropped, bits, wideBits);
  }

  /** What comes out. */
  public long result(long a, long b) {
    int unused = Long.SIZE - bits - dropped;
    long y = (a + b) << unused >> (unused + dropped);
    return (kind == Kind.RELU ? Math.max(0, y) : y) & mask(wideBits);
  }

  /** Of a share. */
  public int shareBits() {
    return dropped + bits;
  }

  /** Results that have more bits than y. */
  public boolean isExtended() {
    return wideBits > bits;
  }

  public boolean isRelu() {
    return kind == Kind.RELU;
  }

  /** L - m: what may carry beyond y's bits. */
  public int extraBits() {
    return Math.max(0, wideBits - bits);
  }

  /** Whether the result has the product s t of the two signs in it. */
  public boolean multipliesSigns() {
    return isRelu() && isExtended();
  }

  /** Bits of the last product: of the sign with a part of y, or of the last carry. */
  public int lastProductBits() {
    return isRelu() || !isExtended() ? wideBits : extraBits();
  }

  /** Bits from the lowest on whose last carry is needed: into y's sign, or out of the top. */
  public int chainBits() {
    if (isRelu()) {
      return shareBits() - 1;
    }
    return isExtended() ? shareBits() : dropped;
  }

  /** Whether the carry out of the dropped bits is found before the chain's end. */
  public boolean carriesWithin() {
    return dropped > 0 && dropped < chainBits();
  }

  private static long mask(int bits) {
    return (1L << bits) - 1;
  }
}
