package io.sotto.graph;

import java.util.List;

/** A node that makes one number of each window, channel by channel. */
public sealed interface PoolNode extends UnaryNode permits MaxPool, AvgPool {
  Window window();

  @Override
  default Shape shapeFrom(List<Shape> inputShapes) {
    return window().outputShape(name(), Node.single(this, inputShapes));
  }

  @Override
  default String details() {
    return window().details();
  }
}
