package io.sotto.graph;

import java.util.List;

/** The mean of each window, channel by channel; only what lies inside of the picture counts. */
public record AvgPool(String name, String input, Shape shape, Window window) implements PoolNode {

  public static AvgPool of(String name, Node input, Window window) {
    return new AvgPool(name, input.name(), window.outputShape(name, input.shape()), window);
  }

  @Override
  public AvgPool withInputs(List<String> names) {
    return new AvgPool(name, Node.only(this, names), shape, window);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
