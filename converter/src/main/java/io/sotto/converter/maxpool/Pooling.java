package io.sotto.converter.maxpool;

import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;

/**
 * Windows along one axis of a tensor that is seen as {@code [outer][length][inner]}: output o takes
 * the elements from {@code o * stride - before} on, as many as the window has and lie inside.
 * Windows in two dimensions are poolings along one axis and then the other.
 */
public record Pooling(
    int outer, int length, int inner, int window, int stride, int before, int outputs) {
  public Pooling {
    requireWithin("outer elements", outer, ShareFormat.MAX_ELEMENTS);
    requireWithin("an axis", length, ShareFormat.MAX_ELEMENTS);
    requireWithin("inner elements", inner, ShareFormat.MAX_ELEMENTS);
    requireWithin("a window", window, ShareFormat.MAX_ELEMENTS);
    requireWithin("a stride", stride, ShareFormat.MAX_ELEMENTS);
    requireWithin("outputs", outputs, ShareFormat.MAX_ELEMENTS);
    long last = (outputs - 1L) * stride - before;
    if (before < 0 || before >= window || last >= length) {
      throw new IllegalArgumentException(
          "windows of %d at stride %d, %d before the axis of %d: the %d-th lies outside"
              .formatted(window, stride, before, length, outputs));
    }
  }

  private static void requireWithin(String what, int given, int most) {
    if (given < 1 || given > most) {
      throw new IllegalArgumentException(
          "a pooling's " + what + " are " + given + "; allowed are 1.." + most);
    }
  }

  /** The same windows over so many outer elements. */
  public Pooling withOuter(int elements) {
    return new Pooling(elements, length, inner, window, stride, before, outputs);
  }

  /** The first element of a window. */
  int from(int output) {
    return Math.max(0, output * stride - before);
  }

  /** How many elements a window has. */
  int size(int output) {
    return (int) Math.min(length, (long) output * stride - before + window) - from(output);
  }

  long inElements() {
    return (long) outer * length * inner;
  }

  long outElements() {
    return (long) outer * outputs * inner;
  }

  void write(SpecWriter out) {
    out.number(outer)
        .number(length)
        .number(inner)
        .number(window)
        .number(stride)
        .number(before)
        .number(outputs);
  }

  static Pooling read(SpecReader in) {
    int most = ShareFormat.MAX_ELEMENTS;
    return new Pooling(
        in.number("a pooling's outer elements", 1, most),
        in.number("a pooling's axis", 1, most),
        in.number("a pooling's inner elements", 1, most),
        in.number("a pooling's window", 1, most),
        in.number("a pooling's stride", 1, most),
        in.number("a pooling's margin", 0, most),
        in.number("a pooling's outputs", 1, most));
  }
}
