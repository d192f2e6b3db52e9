package io.sotto.graph;

import java.util.List;

/**
 * The place of the largest value along the last axis, the first of equal ones. Only as an output of
 * a graph.
 */
public record ArgMax(String name, String input, Shape shape) implements UnaryNode {

  public static ArgMax of(String name, Node input) {
    return new ArgMax(name, input.name(), withoutLast(name, input.shape()));
  }

  @Override
  public ArgMax withInputs(List<String> names) {
    return new ArgMax(name, Node.only(this, names), shape);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    return withoutLast(name, Node.single(this, inputShapes));
  }

  private static Shape withoutLast(String name, Shape in) {
    if (in.rank() == 0) {
      throw new IllegalArgumentException(name + ": a single number has no largest one");
    }
    return new Shape(in.dims().subList(0, in.rank() - 1));
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
