package io.sotto.graph;

import java.util.List;

/** Adds one constant to each channel: the last axis. */
public record BiasAdd(String name, String input, Shape shape, Weights bias) implements UnaryNode {

  public static BiasAdd of(String name, Node input, Weights bias) {
    BiasAdd node = new BiasAdd(name, input.name(), input.shape(), bias);
    node.shapeFrom(List.of(input.shape()));
    return node;
  }

  /** One number an element of the result. */
  public float[] offsets() {
    return Broadcast.expand(bias, shape);
  }

  @Override
  public BiasAdd withInputs(List<String> names) {
    return new BiasAdd(name, Node.only(this, names), shape, bias);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    Shape in = Node.single(this, inputShapes);
    if (in.rank() == 0 || bias.shape().rank() != 1 || bias.size() != in.lastDim()) {
      throw new IllegalArgumentException(
          "%s: a bias of shape %s does not fit the channels of %s"
              .formatted(name, bias.shape(), in));
    }
    return in;
  }

  @Override
  public List<Weights> constants() {
    return List.of(bias);
  }

  @Override
  public String details() {
    return "bias " + bias.shape();
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
