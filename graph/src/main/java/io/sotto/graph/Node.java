package io.sotto.graph;

import java.util.List;

/**
 * One operation of a {@link Graph}, immutable. Nodes name their inputs, so that a graph can be cut
 * and printed; {@link Graph#inputsOf} resolves the names.
 */
public sealed interface Node permits Input, UnaryNode, Add, Multiply, Gather {

  /** Unique in its graph: the layer's name where the model tells it, else TensorFlow's. */
  String name();

  /** The names of the nodes whose results this one takes, in order. */
  List<String> inputs();

  /** The same node with its inputs taken from others, of the same shapes. */
  Node withInputs(List<String> names);

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

  /** The constants that the node computes with, in a fixed order. */
  default List<Weights> constants() {
    return List.of();
  }

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

    R visit(Scale node);

    R visit(Add node);

    R visit(Multiply node);

    R visit(Relu node);

    R visit(Clip node);

    R visit(LeakyRelu node);

    R visit(MaxPool node);

    R visit(AvgPool node);

    R visit(Pad node);

    R visit(Reshape node);

    R visit(Gather node);

    R visit(Softmax node);

    R visit(ArgMax node);
  }

  /** The only shape of a node that takes one input. */
  static Shape single(Node node, List<Shape> shapes) {
    if (shapes.size() != 1) {
      throw new IllegalArgumentException(
          "%s %s takes one input, not %d".formatted(node.kind(), node.name(), shapes.size()));
    }
    return shapes.get(0);
  }

  /** The only name of the inputs of a node that takes one. */
  static String only(Node node, List<String> names) {
    if (names.size() != 1) {
      throw new IllegalArgumentException(
          "%s %s takes one input, not %s".formatted(node.kind(), node.name(), names));
    }
    return names.get(0);
  }

  /** The shape that all inputs of a node have. */
  static Shape same(Node node, List<Shape> shapes) {
    if (shapes.size() != node.inputs().size()
        || shapes.stream().anyMatch(shape -> !shape.equals(shapes.get(0)))) {
      throw new IllegalArgumentException(
          "%s %s takes tensors of one shape, not %s".formatted(node.kind(), node.name(), shapes));
    }
    return shapes.get(0);
  }
}
