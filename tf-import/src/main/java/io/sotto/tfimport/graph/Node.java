package io.sotto.tfimport.graph;

import java.util.List;

/**
 * One operation of a {@link Graph}, immutable. Nodes name their inputs, so that a graph can be cut
 * and printed; {@link Graph#inputsOf} resolves the names.
 */
public sealed interface Node permits Input, Conv2D, MatMul, BiasAdd, Relu, Pad, Reshape {

  /** Unique in its graph: the layer's name where the model tells it, else TensorFlow's. */
  String name();

  /** The names of the nodes whose results this one takes, in order. */
  List<String> inputs();

  /** The result's shape for one image. */
  Shape shape();

  /**
   * The result's shape for these input shapes.
   *
   * @throws IllegalArgumentException if the node can't take them
   */
  Shape shapeFrom(List<Shape> inputShapes);

  /**
   * What a reader wants to know beyond kind and shape; empty if nothing. Never a weight's value.
   */
  String details();

  <R> R accept(Visitor<R> visitor);

  default String kind() {
    return getClass().getSimpleName();
  }

  /** One method a kind of node: the compiler tells every visitor of a new kind. */
  interface Visitor<R> {
    R visit(Input node);

    R visit(Conv2D node);

    R visit(MatMul node);

    R visit(BiasAdd node);

    R visit(Relu node);

    R visit(Pad node);

    R visit(Reshape node);
  }

  /** The only shape of a node that takes one input. */
  static Shape single(Node node, List<Shape> shapes) {
    if (shapes.size() != 1) {
      throw new IllegalArgumentException(
          "%s %s takes one input, not %d".formatted(node.kind(), node.name(), shapes.size()));
    }
    return shapes.get(0);
  }
}
