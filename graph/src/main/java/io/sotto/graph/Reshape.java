package io.sotto.graph;

import java.util.List;

/** The same elements in the same order under another shape; flattening is the common case. */
public record Reshape(String name, String input, Shape shape) implements UnaryNode {

  public static Reshape of(String name, Node input, Shape shape) {
    Reshape node = new Reshape(name, input.name(), shape);
    node.shapeFrom(List.of(input.shape()));
    return node;
  }

  @Override
  public Reshape withInputs(List<String> names) {
    return new Reshape(name, Node.only(this, names), shape);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    Shape in = Node.single(this, inputShapes);
    if (in.elements() != shape.elements()) {
      throw new IllegalArgumentException(
          "%s: %s and %s differ in their number of elements".formatted(name, in, shape));
    }
    return shape;
  }

  @Override
  public String details() {
    return "";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
