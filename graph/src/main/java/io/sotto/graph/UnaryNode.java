package io.sotto.graph;

import java.util.List;

/** A node that takes one tensor. */
public sealed interface UnaryNode extends Node
    permits WeightedNode,
        PoolNode,
        BiasAdd,
        Scale,
        Relu,
        Clip,
        LeakyRelu,
        Pad,
        Reshape,
        Softmax,
        ArgMax {
  /** The name of the node whose result it takes. */
  String input();

  @Override
  default List<String> inputs() {
    return List.of(input());
  }
}
