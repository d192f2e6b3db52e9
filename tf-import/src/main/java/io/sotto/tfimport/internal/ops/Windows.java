package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Shape;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import java.util.List;

/** The attributes of what slides over pictures: data format, strides, dilations, padding. */
final class Windows {
  private static final int LARGEST = 1 << 20;

  private Windows() {}

  static void requireChannelsLast(OpNode node) {
    String format = node.string("data_format", "NHWC");
    if (!format.equals("NHWC")) {
      throw new UnsupportedNodeException(
          "data_format %s is not supported, only NHWC".formatted(format),
          "use data_format channels_last");
    }
  }

  static Step step(OpNode node, String attribute) {
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

  /** The padding; size and dilation are those of the kernel or the window. */
  static Margins pads(OpNode node, Shape picture, Step size, Step stride, Step dilation) {
    String padding = node.string("padding", "");
    return switch (padding) {
      case "VALID" -> Margins.NONE;
      case "SAME" -> Margins.same(picture, Shape.of(size.height(), size.width()), stride, dilation);
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

  static int size(long value) {
    if (value < 0 || value > LARGEST) {
      throw new UnsupportedNodeException(
          "strides, dilations and pads are 0 to %d, not %d".formatted(LARGEST, value));
    }
    return (int) value;
  }
}
