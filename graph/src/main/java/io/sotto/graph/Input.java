package io.sotto.graph;

import java.util.List;

/** The model's input: what the client sends, one tensor an image. */
public record Input(String name, Shape shape) implements Node {

  @Override
  public List<String> inputs() {
    return List.of();
  }

  @Override
  public Input withInputs(List<String> names) {
    if (!names.isEmpty()) {
      throw new IllegalArgumentException("input %s takes no input".formatted(name));
    }
    return this;
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    if (!inputShapes.isEmpty()) {
      throw new IllegalArgumentException("input " + name + " takes no input");
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
