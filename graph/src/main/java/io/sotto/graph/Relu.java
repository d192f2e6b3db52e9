package io.sotto.graph;

import java.util.List;

/** max(x, 0), element by element. */
public record Relu(String name, String input, Shape shape) implements UnaryNode {

  public static Relu of(String name, Node input) {
    return new Relu(name, input.name(), input.shape());
  }

  @Override
  public Relu withInputs(List<String> names) {
    return new Relu(name, Node.only(this, names), shape);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    return Node.single(this, inputShapes);
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
