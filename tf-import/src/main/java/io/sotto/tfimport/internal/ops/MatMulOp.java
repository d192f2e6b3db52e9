package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.MatMul;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A batch of vectors, or of rows of vectors, times a constant matrix, from either side. */
final class MatMulOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("MatMul");
  }

  @Override
  public Value importNode(OpNode node) {
    if (node.input(0) instanceof Value.Floats matrix) {
      return fromTheLeft(node, matrix);
    }
    Weights weights = matrix(node, node.floats(1, "one factor"), node.bool("transpose_b"));
    if (node.input(0) instanceof Value.Activation left && left.rows() != 1) {
      requireImagesIn(0, node.bool("transpose_a"));
      return new Value.Activation(rows(node, left.node(), weights), left.rows());
    }
    // The images, the batch, must be the rows of what is multiplied from the right.
    requireImagesIn(node.batchAxis(0), node.bool("transpose_a"));
    Node input = node.wherever(0, "left factor");
    return node.emit(name -> MatMul.of(name, input, weights));
  }

  /** A X, where the images are the columns of X: the transposed of X' A'. */
  private static Value fromTheLeft(OpNode node, Value.Floats constant) {
    Weights weights = matrix(node, constant, !node.bool("transpose_a"));
    requireImagesIn(node.batchAxis(1), !node.bool("transpose_b"));
    Node input = node.wherever(1, "right factor");
    return OpNode.withBatchAt(1, node.add(name -> MatMul.of(name, input, weights)));
  }

  private static Weights matrix(OpNode node, Value.Floats constant, boolean turn) {
    if (constant.dims().length != 2) {
      throw new UnsupportedNodeException(
          "its constant factor has %d axes instead of 2".formatted(constant.dims().length));
    }
    return node.weights(turn ? TransposeOp.turned(constant) : constant);
  }

  private static void requireImagesIn(int batchAxis, boolean turned) {
    if (batchAxis != (turned ? 1 : 0)) {
      throw new UnsupportedNodeException("it would mix the images of a batch");
    }
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
