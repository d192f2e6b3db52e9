package io.sotto.graph;

import java.util.ArrayList;
import java.util.List;

/** Puts one number, mostly zero, before and after each axis. */
public record Pad(
    String name, String input, Shape shape, List<Integer> before, List<Integer> after, float value)
    implements UnaryNode {

  public Pad {
    before = List.copyOf(before);
    after = List.copyOf(after);
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s: pads are finite numbers, not %s".formatted(name, value));
    }
  }

  /** Zeros; one entry an axis of the image's tensor. */
  public static Pad of(String name, Node input, List<Integer> before, List<Integer> after) {
    return of(name, input, before, after, 0);
  }

  public static Pad of(
      String name, Node input, List<Integer> before, List<Integer> after, float value) {
    Shape shape = padded(name, input.shape(), before, after);
    return new Pad(name, input.name(), shape, before, after, value);
  }

  @Override
  public Pad withInputs(List<String> names) {
    return new Pad(name, Node.only(this, names), shape, before, after, value);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    return padded(name, Node.single(this, inputShapes), before, after);
  }

  private static Shape padded(String name, Shape in, List<Integer> before, List<Integer> after) {
    if (before.size() != in.rank() || after.size() != in.rank()) {
      throw new IllegalArgumentException(
          "%s: pads for %d and %d axes do not fit a tensor of %s"
              .formatted(name, before.size(), after.size(), in));
    }
    List<Integer> dims = new ArrayList<>();
    for (int axis = 0; axis < in.rank(); axis++) {
      if (before.get(axis) < 0 || after.get(axis) < 0) {
        throw new IllegalArgumentException(
            "%s: pads are not negative, unlike %s and %s".formatted(name, before, after));
      }
      try {
        dims.add(Math.addExact(Math.addExact(in.dim(axis), before.get(axis)), after.get(axis)));
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "%s: pads of %s and %s are too large".formatted(name, before, after), e);
      }
    }
    return new Shape(dims);
  }

  @Override
  public String details() {
    return (value == 0 ? "zeros" : String.valueOf(value))
        + " before "
        + before
        + ", after "
        + after;
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
