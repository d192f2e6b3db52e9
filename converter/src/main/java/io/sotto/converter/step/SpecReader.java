package io.sotto.converter.step;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.TensorShape;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link SpecWriter} wrote; every number is checked against a bound on the way. */
public final class SpecReader {
  /** Elements that the checks of a plan's specs may look at, all together. */
  private static final long MOST_CHECKED = 1L << 28;

  private final ByteBuffer bytes;
  private long checked;

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

  /** What {@link SpecWriter#exact} wrote. */
  public ExactFormat exact(String whose) {
    return new ExactFormat(
        number(whose + " elements", 1, ShareFormat.MAX_ELEMENTS),
        number(whose + " width", 2, ExactFormat.MAX_BITS),
        number(whose + " fraction", 0, ExactFormat.MAX_BITS));
  }

  /** What {@link SpecWriter#share} wrote. */
  public ShareFormat share(String whose) {
    boolean halfCells = number(whose + " kind of shares", 0, 1) == 1;
    int most = halfCells ? HalfCellFormat.MAX_BITS : ExactFormat.MAX_BITS;
    int elements = number(whose + " elements", 1, ShareFormat.MAX_ELEMENTS);
    int bits = number(whose + " width", 2, most);
    int fraction = number(whose + " fraction", 0, most);
    return halfCells
        ? new HalfCellFormat(elements, bits, fraction)
        : new ExactFormat(elements, bits, fraction);
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

  /** To be called before a spec is made whose checks look at so many elements. */
  public void check(long elements) {
    checked = Math.addExact(checked, elements);
    if (checked > MOST_CHECKED) {
      throw new IllegalArgumentException(
          "what its steps refer to has %d elements or more; allowed are %d in a plan"
              .formatted(checked, MOST_CHECKED));
    }
  }

  public boolean atEnd() {
    return !bytes.hasRemaining();
  }
}
