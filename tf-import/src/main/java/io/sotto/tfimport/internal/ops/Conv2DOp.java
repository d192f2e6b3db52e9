package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.graph.Conv2D;
import io.sotto.tfimport.graph.Conv2D.Margins;
import io.sotto.tfimport.graph.Conv2D.Step;
import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Weights;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.List;
import java.util.Set;

/** A convolution of pictures with a constant filter. */
final class Conv2DOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Conv2D");
  }

  @Override
  public Value importNode(OpNode node) {
    String format = node.string("data_format", "NHWC");
    if (!format.equals("NHWC")) {
      throw new UnsupportedNodeException(
          "data_format %s is not supported, only NHWC".formatted(format));
    }
    Node input = node.activation(0, "input");
    Weights filter = node.weights(node.floats(1, "filter"));
    if (input.shape().rank() != 3 || filter.shape().rank() != 4) {
      throw new UnsupportedNodeException(
          "its input of shape %s or its filter of shape %s has a wrong number of axes"
              .formatted(input.shape(), filter.shape()));
    }
    if (filter.shape().dim(2) != input.shape().dim(2)) {
      throw new UnsupportedNodeException(
          "its filter takes %d channels of %d: convolutions in groups are not supported"
              .formatted(filter.shape().dim(2), input.shape().dim(2)));
    }
    Step stride = step(node, "strides");
    Step dilation = step(node, "dilations");
    Margins pads = pads(node, input, filter, stride, dilation);
    return node.emit(name -> Conv2D.of(name, input, filter, stride, dilation, pads));
  }

  private static Step step(OpNode node, String attribute) {
    List<Long> steps = node.integerList(attribute);
    if (steps.isEmpty()) {
      return Step.ONE;
    }
    if (steps.size() != 4 || steps.get(0) != 1 || steps.get(3) != 1) {
      throw new UnsupportedNodeException(
          "%s %s are not supported, only those along height and width".formatted(attribute, steps));
    }
    return new Step(size(steps.get(1)), size(steps.get(2)));
  }

  private static Margins pads(OpNode node, Node input, Weights filter, Step stride, Step dilation) {
    String padding = node.string("padding", "");
    return switch (padding) {
      case "VALID" -> Margins.NONE;
      case "SAME" -> Margins.same(input.shape(), filter.shape(), stride, dilation);
      case "EXPLICIT" -> explicit(node.integerList("explicit_paddings"));
      default ->
          throw new UnsupportedNodeException("padding '%s' is not supported".formatted(padding));
    };
  }

  private static Margins explicit(List<Long> pads) {
    List<Long> none = List.of(0L, 0L);
    if (pads.size() != 8 || !pads.subList(0, 2).equals(none) || !pads.subList(6, 8).equals(none)) {
      throw new UnsupportedNodeException(
          "explicit_paddings %s are not supported, only those of height and width".formatted(pads));
    }
    return new Margins(size(pads.get(2)), size(pads.get(3)), size(pads.get(4)), size(pads.get(5)));
  }

  private static int size(long value) {
    if (value < 0 || value > 1 << 20) {
      throw new UnsupportedNodeException(
          "strides, dilations and pads are 0 to %d, not %d".formatted(1 << 20, value));
    }
    return (int) value;
  }
}
