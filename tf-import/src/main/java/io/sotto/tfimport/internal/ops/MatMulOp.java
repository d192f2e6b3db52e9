package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.graph.MatMul;
import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Weights;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** A batch of vectors times a constant matrix. */
final class MatMulOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("MatMul");
  }

  @Override
  public Value importNode(OpNode node) {
    Node input = node.activation(0, "left factor");
    Value.Floats matrix = node.floats(1, "right factor");
    if (node.bool("transpose_a")) {
      throw new UnsupportedNodeException("transpose_a would mix the images of a batch");
    }
    if (matrix.dims().length != 2) {
      throw new UnsupportedNodeException(
          "its right factor has %d axes instead of 2".formatted(matrix.dims().length));
    }
    Weights weights =
        node.weights(
            node.bool("transpose_b") ? TransposeOp.transposed(matrix, new int[] {1, 0}) : matrix);
    return node.emit(name -> MatMul.of(name, input, weights));
  }
}
