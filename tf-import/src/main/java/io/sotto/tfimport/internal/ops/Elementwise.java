package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Gather;
import io.sotto.graph.Indices;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.tfimport.internal.ConstantMath;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Arrays;

/** Two operands brought to one shape, repeating axes as TensorFlow does, but never the batch's. */
final class Elementwise {
  private Elementwise() {}

  /** An activation and a constant that repeats over it. */
  record WithConstant(Value.Activation activation, Weights constant) {
    Node input() {
      return activation.node();
    }

    /** Whether the constant has one number for each channel, or one for all. */
    boolean isPerChannel() {
      Shape shape = constant.shape();
      int last = shape.rank() == 0 ? 1 : shape.lastDim();
      return input().shape().rank() > 0
          && shape.elements() == last
          && (last == 1 || last == input().shape().lastDim());
    }

    /** The constant as one number a channel; only if it {@linkplain #isPerChannel is that}. */
    Weights perChannel() {
      int channels = input().shape().lastDim();
      float[] values = constant.toArray();
      if (values.length == channels) {
        return Weights.of(Shape.of(channels), values);
      }
      float[] repeated = new float[channels];
      Arrays.fill(repeated, values[0]);
      return Weights.of(Shape.of(channels), repeated);
    }
  }

  /** Two activations of one shape. */
  record Pair(Node left, Node right, int rows) {}

  /** An input computed from the model's, and the constant beside it. */
  static WithConstant withConstant(OpNode node, int input, Value.Floats constant) {
    Value.Activation activation = node.pointwise(input, "input");
    int[] dims = constant.dims();
    // What lies in the batch's axis, rows of images included.
    Shape tensor = activation.node().shape();
    int axes = activation.rows() == 1 ? tensor.rank() + 1 : tensor.rank();
    if (dims.length == axes && dims.length > 0 && dims[0] == 1) {
      dims = Arrays.copyOfRange(dims, 1, dims.length);
    } else if (dims.length >= axes) {
      throw new UnsupportedNodeException(
          "a constant of %s would differ from image to image of %s"
              .formatted(Arrays.toString(dims), tensor));
    }
    Weights weights = node.weights(new Value.Floats(constant.origin(), dims, constant.values()));
    if (activation.rows() != 1) {
      return new WithConstant(activation, weights);
    }
    int[] common =
        ConstantMath.broadcast(tensor.dims().stream().mapToInt(Integer::intValue).toArray(), dims);
    return new WithConstant(
        new Value.Activation(repeated(node, activation.node(), Shape.of(common))), weights);
  }

  static Pair pair(OpNode node) {
    Value.Activation left = node.pointwise(0, "left operand");
    Value.Activation right = node.pointwise(1, "right operand");
    Shape leftShape = left.node().shape();
    Shape rightShape = right.node().shape();
    if (left.rows() == right.rows() && leftShape.equals(rightShape)) {
      return new Pair(left.node(), right.node(), left.rows());
    }
    if (left.rows() != 1 || right.rows() != 1 || leftShape.rank() != rightShape.rank()) {
      throw new UnsupportedNodeException(
          "tensors of %s and %s an image can't be combined".formatted(leftShape, rightShape),
          "reshape both to one shape before it");
    }
    Shape common =
        Shape.of(
            ConstantMath.broadcast(
                leftShape.dims().stream().mapToInt(Integer::intValue).toArray(),
                rightShape.dims().stream().mapToInt(Integer::intValue).toArray()));
    return new Pair(repeated(node, left.node(), common), repeated(node, right.node(), common), 1);
  }

  /** A tensor with axes of size 1 repeated. */
  private static Node repeated(OpNode node, Node input, Shape shape) {
    if (input.shape().equals(shape)) {
      return input;
    }
    Selection selection =
        Selection.broadcast(
            input.shape().dims().stream().mapToInt(Integer::intValue).toArray(),
            shape.dims().stream().mapToInt(Integer::intValue).toArray());
    return node.add(name -> Gather.of(name, input, shape, Indices.of(selection.indices())));
  }
}
