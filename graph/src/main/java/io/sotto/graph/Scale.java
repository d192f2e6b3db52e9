package io.sotto.graph;

import java.util.List;

/**
 * {@code factor * x + offset}, element by element. Both constants repeat over the tensor: a single
 * number, one a channel (the last axis), or any shape whose axes are those of the tensor or 1.
 */
public record Scale(String name, String input, Shape shape, Weights factor, Weights offset)
    implements UnaryNode {

  public static Scale of(String name, Node input, Weights factor, Weights offset) {
    Scale node = new Scale(name, input.name(), input.shape(), factor, offset);
    node.shapeFrom(List.of(input.shape()));
    return node;
  }

  /** {@code factor * x}. */
  public static Scale times(String name, Node input, Weights factor) {
    return of(name, input, factor, Weights.of(Shape.of(), 0f));
  }

  /** {@code x + offset}. */
  public static Scale plus(String name, Node input, Weights offset) {
    return of(name, input, Weights.of(Shape.of(), 1f), offset);
  }

  /** One factor an element of the result. */
  public float[] factors() {
    return Broadcast.expand(factor, shape);
  }

  /** One offset an element of the result. */
  public float[] offsets() {
    return Broadcast.expand(offset, shape);
  }

  @Override
  public Scale withInputs(List<String> names) {
    return new Scale(name, Node.only(this, names), shape, factor, offset);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    Shape in = Node.single(this, inputShapes);
    if (!Broadcast.fits(factor.shape(), in) || !Broadcast.fits(offset.shape(), in)) {
      throw new IllegalArgumentException(
          "%s: factors of %s and offsets of %s do not repeat over %s"
              .formatted(name, factor.shape(), offset.shape(), in));
    }
    return in;
  }

  @Override
  public List<Weights> constants() {
    return List.of(factor, offset);
  }

  @Override
  public String details() {
    return "factor %s, offset %s".formatted(factor.shape(), offset.shape());
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
