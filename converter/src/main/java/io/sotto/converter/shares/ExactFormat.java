package io.sotto.converter.shares;

import io.sotto.natives.Scope;

/**
 * The format of shares that add up to the value itself: what every step but the linear one gives.
 * The linear one takes shares as wide as its products, so that the surplus of bits is what a later
 * step drops.
 */
public record ExactFormat(int elements, int bits, int fraction) implements ShareFormat {
  public static final int MAX_BITS = 56;

  public ExactFormat {
    ShareFormat.validate(elements, bits, fraction, MAX_BITS);
  }

  @Override
  public int guardBits() {
    return 0;
  }

  @Override
  public ExactShares allocate(int images, Scope scope) {
    return new ExactShares(this, images, scope.allocate(Shares.bytes(this, images)));
  }
}
