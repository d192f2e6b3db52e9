package io.sotto.graph;

import java.util.List;

/** The largest value of each window, channel by channel. */
public record MaxPool(String name, String input, Shape shape, Window window) implements Node {

  public static MaxPool of(String name, Node input, Window window) {
    return new MaxPool(name, input.name(), window.outputShape(name, input.shape()), window);
  }

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public MaxPool withInputs(List<String> names) {
    return new MaxPool(name, Node.only(this, names), shape, window);
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
