package io.sotto.converter.shares;

import io.sotto.natives.Scope;

/**
 * The format of what a linear step gives: shares in half units of the last place, which add up to
 * twice the value or to one more. Which of the two it is depends on ciphertext noise, so nothing
 * may tell it: a step that takes such shares drops at least the half unit.
 *
 * <p>Allowed are adding exact shares in half units, and picking elements. Two of them must not be
 * added, nor one be multiplied or negated: that gives shares of another value.
 *
 * @param bits L: the values live modulo {@code 2^bits}, the shares modulo twice that
 */
public record HalfCellFormat(int elements, int bits, int fraction) implements ShareFormat {
  public static final int MAX_BITS = 54;

  public HalfCellFormat {
    ShareFormat.validate(elements, bits, fraction, MAX_BITS);
  }

  /** The half unit. */
  @Override
  public int guardBits() {
    return 1;
  }

  @Override
  public HalfCellShares allocate(int images, Scope scope) {
    return new HalfCellShares(this, images, scope.allocate(Shares.bytes(this, images)));
  }
}
