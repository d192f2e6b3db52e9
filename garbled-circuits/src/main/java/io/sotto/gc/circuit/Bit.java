package io.sotto.gc.circuit;

/**
 * A bit under construction in a {@link CircuitBuilder}: a constant, or a wire or its opposite. A
 * NOT is a mark here and becomes a gate only where it must.
 *
 * @param node of the builder; -1 stands for the constant 0
 * @param inverted whether it is the opposite
 */
public record Bit(int node, boolean inverted) {
  static final int CONSTANT = -1;

  /** The constant 0. */
  public static final Bit ZERO = new Bit(CONSTANT, false);

  /** The constant 1. */
  public static final Bit ONE = new Bit(CONSTANT, true);

  /** The constant of that value. */
  public static Bit of(boolean value) {
    return value ? ONE : ZERO;
  }

  boolean isConstant() {
    return node == CONSTANT;
  }

  /** The opposite bit, for free. */
  public Bit not() {
    return new Bit(node, !inverted);
  }
}
