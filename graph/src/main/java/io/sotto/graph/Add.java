package io.sotto.graph;

import java.util.List;

/** The sum of two or more tensors of one shape, each with its sign: residuals, differences. */
public record Add(String name, List<String> inputs, Shape shape, List<Integer> signs)
    implements Node {

  public Add {
    inputs = List.copyOf(inputs);
    signs = List.copyOf(signs);
    if (inputs.size() < 2 || signs.size() != inputs.size()) {
      throw new IllegalArgumentException(
          "%s: a sum is of two or more tensors with a sign each, not of %s with %s"
              .formatted(name, inputs, signs));
    }
    for (int sign : signs) {
      if (sign != 1 && sign != -1) {
        throw new IllegalArgumentException("%s: signs are 1 or -1, not %d".formatted(name, sign));
      }
    }
  }

  /** One sign an input, each 1 or -1. */
  public static Add of(String name, List<Node> inputs, List<Integer> signs) {
    List<Shape> shapes = inputs.stream().map(Node::shape).toList();
    Shape shape = shapes.isEmpty() ? Shape.of() : shapes.get(0);
    Add node = new Add(name, inputs.stream().map(Node::name).toList(), shape, signs);
    node.shapeFrom(shapes);
    return node;
  }

  @Override
  public Add withInputs(List<String> names) {
    return new Add(name, names, shape, signs);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    return Node.same(this, inputShapes);
  }

  @Override
  public String details() {
    return signs.contains(-1) ? "signs " + signs : "";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
