package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** A convolution of pictures with a constant filter: ordinary, in groups, or depthwise. */
final class Conv2DOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Conv2D", "DepthwiseConv2dNative");
  }

  @Override
  public Value importNode(OpNode node) {
    Windows.requireChannelsLast(node);
    Weights filter = node.weights(node.floats(1, "filter"));
    if (filter.shape().rank() != 4) {
      throw new UnsupportedNodeException(
          "its filter of shape %s has a wrong number of axes".formatted(filter.shape()));
    }
    Step stride = Windows.step(node, "strides");
    Step dilation = Windows.step(node, "dilations");
    if (node.input(0) instanceof Value.Interleaved parts) {
      if (!node.string("padding", "").equals("VALID")
          || !stride.equals(Step.ONE)
          || !dilation.equals(Step.ONE)
          || parts.convolution() != null) {
        throw new UnsupportedNodeException(
            "it convolves a picture cut into blocks with strides, dilations or padding");
      }
      return new Value.Interleaved(
          parts.input(),
          parts.blocks(),
          parts.before(),
          parts.after(),
          kernel(node, parts.input().shape().lastDim(), filter),
          -1);
    }
    Node input = node.activation(0, "input");
    if (input.shape().rank() != 3) {
      throw new UnsupportedNodeException(
          "its input of shape %s is no picture".formatted(input.shape()));
    }
    Value.Kernel kernel = kernel(node, input.shape().dim(2), filter);
    Step size = new Step(filter.shape().dim(0), filter.shape().dim(1));
    Margins pads = Windows.pads(node, input.shape(), size, stride, dilation);
    return node.emit(
        name -> Conv2D.of(name, input, kernel.weights(), stride, dilation, pads, kernel.groups()));
  }

  private static Value.Kernel kernel(OpNode node, int channels, Weights filter) {
    Shape shape = filter.shape();
    if (node.op().equals("DepthwiseConv2dNative")) {
      // height x width x channels x multiplier, in the order of a grouped convolution's outputs.
      int outputs = Math.multiplyExact(shape.dim(2), shape.dim(3));
      Weights grouped =
          Weights.of(Shape.of(shape.dim(0), shape.dim(1), 1, outputs), filter.toArray());
      return new Value.Kernel(grouped, shape.dim(2));
    }
    if (channels % shape.dim(2) != 0) {
      throw new UnsupportedNodeException(
          "its filter takes %d channels of %d".formatted(shape.dim(2), channels));
    }
    return new Value.Kernel(filter, channels / shape.dim(2));
  }
}
