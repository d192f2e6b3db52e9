package io.sotto.converter.step;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.TensorShape;
import java.io.ByteArrayOutputStream;

/** Writes the numbers of a plan as little-endian unsigned 32-bit integers. */
public final class SpecWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  public SpecWriter number(int value) {
    if (value < 0) {
      throw new IllegalArgumentException("a plan holds no negative numbers; " + value + " given");
    }
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      bytes.write(value >>> shift);
    }
    return this;
  }

  /** A number that may be negative, as twice its magnitude, plus one if it is. */
  public SpecWriter signed(int value) {
    return number(
        value < 0
            ? Math.addExact(Math.multiplyExact(2, Math.negateExact(value)), 1)
            : Math.multiplyExact(2, value));
  }

  /** A format of exact shares as its elements, width and fraction. */
  public SpecWriter exact(ExactFormat format) {
    return numbers(format);
  }

  /** A format of either kind: its guard bits, 1 for half cells and else 0, and those numbers. */
  public SpecWriter share(ShareFormat format) {
    return number(format.guardBits()).numbers(format);
  }

  private SpecWriter numbers(ShareFormat format) {
    return number(format.elements()).number(format.bits()).number(format.fraction());
  }

  /** A shape as its rank and its axes. */
  public SpecWriter shape(TensorShape shape) {
    number(shape.dimensions().size());
    shape.dimensions().forEach(this::number);
    return this;
  }

  public byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
