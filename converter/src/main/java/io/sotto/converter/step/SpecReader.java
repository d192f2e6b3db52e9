package io.sotto.converter.step;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.NarrowFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.TensorShape;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link SpecWriter} wrote; every number is checked against a bound on the way. */
public final class SpecReader {
  private final ByteBuffer bytes;

  public SpecReader(ByteBuffer bytes) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The next number, which must lie within the two bounds. */
  public int number(String what, int from, int to) {
    int value;
    try {
      value = bytes.getInt();
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the plan ends before " + what, e);
    }
    if (value < from || value > to) {
      throw new IllegalArgumentException(
          what + " is " + Integer.toUnsignedString(value) + "; allowed are " + from + ".." + to);
    }
    return value;
  }

  /** What {@link SpecWriter#signed} wrote, of at most this magnitude. */
  public int signed(String what, int largest) {
    int number = number(what, 0, Math.addExact(Math.multiplyExact(2, largest), 1));
    return (number & 1) == 0 ? number >> 1 : -(number >> 1);
  }

  /** What {@link SpecWriter#format} wrote of wide shares. */
  public ExactFormat wide(String whose) {
    return new ExactFormat(
        number(whose + " elements", 1, ShareFormat.MAX_ELEMENTS),
        number(whose + " width", 2, ExactFormat.MAX_BITS),
        number(whose + " fraction", 0, ExactFormat.MAX_BITS));
  }

  /** What {@link SpecWriter#format} wrote of narrow shares. */
  public NarrowFormat narrow(String whose) {
    return new NarrowFormat(
        number(whose + " elements", 1, ShareFormat.MAX_ELEMENTS),
        number(whose + " width", 2, NarrowFormat.MAX_BITS),
        number(whose + " fraction", 0, NarrowFormat.MAX_BITS));
  }

  /** What {@link SpecWriter#shape} wrote. */
  public TensorShape shape() {
    int rank = number("a shape's rank", 0, TensorShape.MAX_RANK);
    List<Integer> dimensions = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      dimensions.add(number("an axis of a shape", 1, ShareFormat.MAX_ELEMENTS));
    }
    return new TensorShape(dimensions);
  }

  public boolean atEnd() {
    return !bytes.hasRemaining();
  }
}
