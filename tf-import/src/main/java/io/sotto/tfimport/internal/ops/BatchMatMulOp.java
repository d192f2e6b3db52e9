package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Node;
import io.sotto.graph.Weights;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/** Matrices, one or more an image, times a constant one, from either side. */
final class BatchMatMulOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("BatchMatMulV2", "BatchMatMul");
  }

  @Override
  public Value importNode(OpNode node) {
    boolean constantLeft = node.input(0) instanceof Value.Floats;
    Value.Floats constant = node.floats(constantLeft ? 0 : 1, "one factor");
    Node input = node.activation(constantLeft ? 1 : 0, "other factor");
    boolean turnConstant = node.bool(constantLeft ? "adj_x" : "adj_y");
    boolean turnInput = node.bool(constantLeft ? "adj_y" : "adj_x");
    if (input.shape().rank() < 2) {
      throw new UnsupportedNodeException(
          "it multiplies images of shape %s, which would mix them".formatted(input.shape()));
    }
    // A constant from the left: (A X)' = X' A', with the rows of X' times a constant again.
    Weights weights =
        node.weights(
            turnConstant != constantLeft ? TransposeOp.turned(matrix(constant)) : matrix(constant));
    Node rows = turnInput != constantLeft ? turned(node, input) : input;
    Node product = MatMulOp.rows(node, rows, weights);
    return new Value.Activation(constantLeft ? turned(node, product) : product);
  }

  private static Value.Floats matrix(Value.Floats constant) {
    int[] dims = constant.dims();
    int outer = dims.length - 2;
    if (outer < 0 || Arrays.stream(dims).limit(outer).anyMatch(dim -> dim != 1)) {
      throw new UnsupportedNodeException(
          "its constant factor of %s is no single matrix".formatted(Arrays.toString(dims)),
          "use Dense or Conv1D, which have one matrix for all rows");
    }
    return constant.reshaped(Arrays.copyOfRange(dims, outer, dims.length));
  }

  private static Node turned(OpNode node, Node input) {
    int[] dims = OpNode.withBatch(input.shape());
    int[] order = IntStream.range(0, dims.length).toArray();
    order[dims.length - 1] = dims.length - 2;
    order[dims.length - 2] = dims.length - 1;
    return node.gather(input, Selection.transpose(dims, order));
  }
}
