package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.graph.Conv2D;
import io.sotto.tfimport.graph.Conv2D.Margins;
import io.sotto.tfimport.graph.Conv2D.Step;
import io.sotto.tfimport.graph.MatMul;
import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Shape;
import io.sotto.tfimport.graph.Weights;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A batch of vectors, or of rows of vectors, times a constant matrix. */
final class MatMulOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("MatMul");
  }

  @Override
  public Value importNode(OpNode node) {
    Value.Activation left = node.pointwise(0, "left factor");
    Value.Floats matrix = node.floats(1, "right factor");
    if (node.bool("transpose_a")) {
      throw new UnsupportedNodeException("transpose_a would mix the images of a batch");
    }
    if (matrix.dims().length != 2) {
      throw new UnsupportedNodeException(
          "its right factor has %d axes instead of 2".formatted(matrix.dims().length));
    }
    Weights weights = node.weights(node.bool("transpose_b") ? TransposeOp.turned(matrix) : matrix);
    if (left.rows() == 1) {
      return node.emit(name -> MatMul.of(name, left.node(), weights));
    }
    return new Value.Activation(rows(node, left.node(), weights), left.rows());
  }

  /** Each row, along the last axis, times the matrix: a convolution of one by one. */
  static Node rows(OpNode node, Node input, Weights matrix) {
    Shape shape = input.shape();
    int length = shape.lastDim();
    if (matrix.shape().dim(0) != length) {
      throw new UnsupportedNodeException(
          "rows of %s do not fit a matrix of %s".formatted(shape, matrix.shape()));
    }
    int outputs = matrix.shape().dim(1);
    Node picture = node.reshape(input, Shape.of(shape.elements() / length, 1, length));
    Weights kernel = Weights.of(Shape.of(1, 1, length, outputs), matrix.toArray());
    Node product =
        node.add(name -> Conv2D.of(name, picture, kernel, Step.ONE, Step.ONE, Margins.NONE));
    List<Integer> dims = new ArrayList<>(shape.dims().subList(0, shape.rank() - 1));
    dims.add(outputs);
    return node.reshape(product, new Shape(dims));
  }
}
