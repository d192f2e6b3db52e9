package io.sotto.converter.shares;

/** A value left the range of its fixed-point format. */
public final class FixedPointOverflowException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  public FixedPointOverflowException(String message) {
    super(message);
  }

  /** Returns the value if the format holds it. */
  public static long check(String where, ShareFormat format, long value) {
    if (value < format.min() || value > format.max()) {
      throw new FixedPointOverflowException(
          "%s: a value needs more than the %d bits (%d of them fraction) of its format; calibrate the model on inputs like these"
              .formatted(where, format.bits(), format.fraction()));
    }
    return value;
  }
}
