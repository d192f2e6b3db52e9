package io.sotto.graph;

import java.util.List;

/** The largest value of each window, channel by channel. */
public record MaxPool(String name, String input, Shape shape, Window window) implements PoolNode {

  public static MaxPool of(String name, Node input, Window window) {
    return new MaxPool(name, input.name(), window.outputShape(name, input.shape()), window);
  }

  @Override
  public MaxPool withInputs(List<String> names) {
    return new MaxPool(name, Node.only(this, names), shape, window);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
