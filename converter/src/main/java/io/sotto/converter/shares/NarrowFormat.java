package io.sotto.converter.shares;

/**
 * The format of what a linear step gives and a comparison takes: just wide enough for the values.
 */
public record NarrowFormat(int elements, int bits, int fraction) implements ShareFormat {
  public static final int MAX_BITS = 32;

  public NarrowFormat {
    ShareFormat.validate(elements, bits, fraction, MAX_BITS);
  }
}
