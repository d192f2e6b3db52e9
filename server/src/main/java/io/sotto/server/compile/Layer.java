package io.sotto.server.compile;

import io.sotto.tfimport.graph.Node;

/**
 * A model after lowering: a chain in which linear layers and ReLUs alternate, a linear one first.
 */
sealed interface Layer {
  /** For people: the model's own names where it has them. */
  String name();

  /** The node whose result this layer gives. */
  Node result();

  /**
   * All nodes between two ReLUs as one map.
   *
   * @param parameters weights and biases of those nodes
   */
  record Linear(String name, Node result, AffineMap map, long parameters) implements Layer {}

  /** {@code max(x, 0)} of each element. */
  record Relu(String name, Node result) implements Layer {}
}
