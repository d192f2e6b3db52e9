package io.sotto.graph;

import java.util.List;

/** The product of two tensors of one shape, element by element; of one with itself, its square. */
public record Multiply(String name, String left, String right, Shape shape) implements Node {

  public static Multiply of(String name, Node left, Node right) {
    Multiply node = new Multiply(name, left.name(), right.name(), left.shape());
    node.shapeFrom(List.of(left.shape(), right.shape()));
    return node;
  }

  public boolean isSquare() {
    return left.equals(right);
  }

  @Override
  public List<String> inputs() {
    return List.of(left, right);
  }

  @Override
  public Multiply withInputs(List<String> names) {
    if (names.size() != 2) {
      throw new IllegalArgumentException("%s takes two inputs, not %s".formatted(name, names));
    }
    return new Multiply(name, names.get(0), names.get(1), shape);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    return Node.same(this, inputShapes);
  }

  @Override
  public String details() {
    return isSquare() ? "square" : "";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
