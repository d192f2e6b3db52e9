package io.sotto.graph;

import java.util.List;

/** A node that multiplies by weights, the last axis of which are its outputs. */
public sealed interface WeightedNode extends UnaryNode permits Conv2D, MatMul {
  Weights weights();

  /** The same node with other weights of the same shape. */
  WeightedNode withWeights(Weights other);

  @Override
  default List<Weights> constants() {
    return List.of(weights());
  }
}
