package io.sotto.tfimport.internal;

import java.util.Set;

/** Imports the nodes of one TensorFlow operation, or of a few that are the same to a prediction. */
public interface OpImporter {

  /** TensorFlow's names of the operations. */
  Set<String> ops();

  /**
   * What a node yields; adds to the graph what it computes at prediction.
   *
   * @throws UnsupportedNodeException if this use of the operation can't be imported
   * @throws IllegalArgumentException as above, from the graph's own checks
   */
  Value importNode(OpNode node);

  /** Whether a named output argument of the operation is what {@link #importNode} yields. */
  default boolean yields(String outputArgument) {
    return true;
  }

  /** Whether its results may be those of Softmax or ArgMax, which nothing can be computed from. */
  default boolean passesOn() {
    return false;
  }
}
