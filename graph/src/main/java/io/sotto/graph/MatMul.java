package io.sotto.graph;

import java.util.List;

/** A vector times a constant matrix: {@code out[o] = sum over i of in[i] * weights[i][o]}. */
public record MatMul(String name, String input, Shape shape, Weights weights)
    implements WeightedNode {

  /** Weights are inputs x outputs. */
  public static MatMul of(String name, Node input, Weights weights) {
    if (weights.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "%s: a matrix has two axes, not %s".formatted(name, weights.shape()));
    }
    MatMul node = new MatMul(name, input.name(), Shape.of(weights.shape().dim(1)), weights);
    node.shapeFrom(List.of(input.shape()));
    return node;
  }

  @Override
  public MatMul withWeights(Weights other) {
    return new MatMul(name, input, shape, other);
  }

  @Override
  public MatMul withInputs(List<String> names) {
    return new MatMul(name, Node.only(this, names), shape, weights);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    Shape in = Node.single(this, inputShapes);
    if (weights.shape().rank() != 2 || in.rank() != 1 || in.dim(0) != weights.shape().dim(0)) {
      throw new IllegalArgumentException(
          "%s: an input of shape %s does not fit a matrix of %s (inputs x outputs)"
              .formatted(name, in, weights.shape()));
    }
    return Shape.of(weights.shape().dim(1));
  }

  @Override
  public String details() {
    return "weights " + weights.shape();
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
