package io.sotto.graph;

import java.util.List;

/** The mean of each window, channel by channel; only what lies inside of the picture counts. */
public record AvgPool(String name, String input, Shape shape, Window window) implements Node {

  public static AvgPool of(String name, Node input, Window window) {
    return new AvgPool(name, input.name(), window.outputShape(name, input.shape()), window);
  }

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public AvgPool withInputs(List<String> names) {
    return new AvgPool(name, Node.only(this, names), shape, window);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    return window.outputShape(name, Node.single(this, inputShapes));
  }

  @Override
  public String details() {
    return window.details();
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
