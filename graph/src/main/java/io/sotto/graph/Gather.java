package io.sotto.graph;

import java.util.List;

/**
 * Elements of one or several tensors in any order, any of them several times or not at all:
 * transposing, cutting, joining, stacking, mirroring, repeating. The inputs' elements are numbered
 * through, each tensor row-major, the first tensor first; result element i is the one of number
 * {@code indices.at(i)}.
 */
public record Gather(String name, List<String> inputs, Shape shape, Indices indices)
    implements Node {

  public Gather {
    inputs = List.copyOf(inputs);
    if (inputs.isEmpty() || indices.size() != shape.elements()) {
      throw new IllegalArgumentException(
          "%s: a result of %s is not made of %d elements of %d tensors"
              .formatted(name, shape, indices.size(), inputs.size()));
    }
  }

  public static Gather of(String name, List<Node> inputs, Shape shape, Indices indices) {
    Gather node = new Gather(name, inputs.stream().map(Node::name).toList(), shape, indices);
    node.shapeFrom(inputs.stream().map(Node::shape).toList());
    return node;
  }

  /** From a single tensor. */
  public static Gather of(String name, Node input, Shape shape, Indices indices) {
    return of(name, List.of(input), shape, indices);
  }

  @Override
  public Gather withInputs(List<String> names) {
    return new Gather(name, names, shape, indices);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    long elements = inputShapes.stream().mapToLong(Shape::elements).sum();
    if (inputShapes.size() != inputs.size() || indices.largest() >= elements) {
      throw new IllegalArgumentException(
          "%s: it takes element %d of %d in tensors of %s"
              .formatted(name, indices.largest(), elements, inputShapes));
    }
    return shape;
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
