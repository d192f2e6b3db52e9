package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Node;
import io.sotto.graph.Pad;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.List;
import java.util.Set;

/**
 * A transposed convolution: zeros between the elements of the picture, as many as the stride is
 * more than one, then a convolution with the kernel turned around.
 */
final class TransposedConvolutionOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Conv2DBackpropInput");
  }

  @Override
  public Value importNode(OpNode node) {
    Windows.requireChannelsLast(node);
    Node input = node.activation(2, "input");
    Weights filter = node.weights(node.floats(1, "filter"));
    Value.Integers sizes = node.integers(0, "output's size");
    Step stride = Windows.step(node, "strides");
    Shape in = input.shape();
    if (in.rank() != 3
        || filter.shape().rank() != 4
        || filter.shape().dim(3) != in.dim(2)
        || sizes.size() != 4
        || sizes.timesBatch(1)
        || sizes.timesBatch(2)) {
      throw new UnsupportedNodeException(
          "its input of %s, its filter of %s or its output's size do not fit"
              .formatted(in, filter.shape()));
    }
    if (!Windows.step(node, "dilations").equals(Step.ONE)) {
      throw new UnsupportedNodeException("dilations are not supported here", "leave them out");
    }
    Shape picture =
        Shape.of(Windows.size(sizes.value(1)), Windows.size(sizes.value(2)), filter.shape().dim(2));
    Step size = new Step(filter.shape().dim(0), filter.shape().dim(1));
    Margins forward = Windows.pads(node, picture, size, stride, Step.ONE);
    Shape spread =
        Shape.of(
            (in.dim(0) - 1) * stride.height() + 1, (in.dim(1) - 1) * stride.width() + 1, in.dim(2));
    int top = size.height() - 1 - forward.top();
    int left = size.width() - 1 - forward.left();
    int bottom = picture.dim(0) - spread.dim(0) - top + size.height() - 1;
    int right = picture.dim(1) - spread.dim(1) - left + size.width() - 1;
    if (Math.min(Math.min(top, bottom), Math.min(left, right)) < 0) {
      throw new UnsupportedNodeException(
          "an output of %s does not fit its input of %s".formatted(picture, in));
    }
    Node source = stride.equals(Step.ONE) ? input : spread(node, input, spread, stride);
    Weights turned = turned(filter);
    Margins pads = new Margins(top, bottom, left, right);
    return node.emit(name -> Conv2D.of(name, source, turned, Step.ONE, Step.ONE, pads));
  }

  /** The picture with zeros between its elements, all taken from a row of zeros below it. */
  private static Node spread(OpNode node, Node input, Shape spread, Step stride) {
    Shape in = input.shape();
    Node padded = node.add(name -> Pad.of(name, input, List.of(0, 0, 0), List.of(1, 0, 0)));
    Selection.requireSize(spread.dim(0), spread.dim(1), spread.dim(2));
    int[] indices = new int[spread.elements()];
    int channels = in.dim(2);
    int zeros = in.elements();
    int to = 0;
    for (int y = 0; y < spread.dim(0); y++) {
      for (int x = 0; x < spread.dim(1); x++) {
        boolean isElement = y % stride.height() == 0 && x % stride.width() == 0;
        int from =
            isElement ? (y / stride.height() * in.dim(1) + x / stride.width()) * channels : zeros;
        for (int channel = 0; channel < channels; channel++) {
          indices[to++] = from + channel;
        }
      }
    }
    return node.gather(padded, Selection.of(OpNode.withBatch(spread), indices));
  }

  /** From height x width x outputs x inputs to the order of a convolution, turned around. */
  private static Weights turned(Weights filter) {
    int outputs = filter.shape().dim(2);
    int inputs = filter.shape().dim(3);
    int taps = filter.size() / (outputs * inputs);
    float[] values = new float[filter.size()];
    for (int tap = 0; tap < taps; tap++) {
      for (int in = 0; in < inputs; in++) {
        for (int out = 0; out < outputs; out++) {
          values[(tap * inputs + in) * outputs + out] =
              filter.at(((taps - 1 - tap) * outputs + out) * inputs + in);
        }
      }
    }
    Shape shape = filter.shape();
    return Weights.of(Shape.of(shape.dim(0), shape.dim(1), inputs, outputs), values);
  }
}
