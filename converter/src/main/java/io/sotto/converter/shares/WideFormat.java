package io.sotto.converter.shares;

/**
 * The format of what a linear step takes: wide enough for the products, so that the surplus of bits
 * is what the step's rescaling drops. Other steps than the linear one give values of this kind.
 */
public record WideFormat(int elements, int bits, int fraction) implements ShareFormat {
  public static final int MAX_BITS = 56;

  public WideFormat {
    ShareFormat.validate(elements, bits, fraction, MAX_BITS);
  }
}
