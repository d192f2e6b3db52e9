package io.sotto.graph;

import java.util.List;

/**
 * Probabilities along the last axis: {@code exp(x) / sum of exp(x)}. Only as an output of a graph:
 * the client, who learns the logits, computes it.
 */
public record Softmax(String name, String input, Shape shape) implements UnaryNode {

  public static Softmax of(String name, Node input) {
    Softmax node = new Softmax(name, input.name(), input.shape());
    node.shapeFrom(List.of(input.shape()));
    return node;
  }

  @Override
  public Softmax withInputs(List<String> names) {
    return new Softmax(name, Node.only(this, names), shape);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    Shape in = Node.single(this, inputShapes);
    if (in.rank() == 0) {
      throw new IllegalArgumentException(name + ": a single number has no probabilities");
    }
    return in;
  }

  @Override
  public String details() {
    return "";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
