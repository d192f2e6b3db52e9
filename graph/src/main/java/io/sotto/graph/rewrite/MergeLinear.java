package io.sotto.graph.rewrite;

import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Graph;
import io.sotto.graph.MatMul;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;

/**
 * Two products, or a convolution and one of one by one, that follow each other become one, unless
 * that has more weights than both: a narrow place between wide ones stays.
 */
final class MergeLinear implements Rule {

  @Override
  public Graph apply(Graph graph) {
    Draft draft = new Draft(graph);
    for (Node old : graph.nodes()) {
      Node second = draft.node(old.name());
      if (second instanceof MatMul || isPointwise(second)) {
        Node first = draft.inputOf(second);
        if (fits(first, second) && draft.hasOneUse(first)) {
          merge(draft, first, second);
        }
      }
    }
    return draft.graph();
  }

  private static boolean isPointwise(Node node) {
    return node instanceof Conv2D conv
        && conv.kernelHeight() == 1
        && conv.kernelWidth() == 1
        && conv.groups() == 1
        && conv.stride().equals(Step.ONE)
        && conv.pads().equals(Margins.NONE);
  }

  private static boolean fits(Node first, Node second) {
    return second instanceof MatMul
        ? first instanceof MatMul
        : first instanceof Conv2D conv && conv.groups() == 1;
  }

  private static void merge(Draft draft, Node first, Node second) {
    Weights left = first.constants().get(0);
    Weights right = second.constants().get(0);
    int middle = first.shape().lastDim();
    int outputs = second.shape().lastDim();
    int rows = left.size() / middle;
    if ((long) rows * outputs > (long) left.size() + right.size()) {
      return;
    }
    float[] product = new float[Math.multiplyExact(rows, outputs)];
    for (int row = 0; row < rows; row++) {
      for (int output = 0; output < outputs; output++) {
        double sum = 0;
        for (int i = 0; i < middle; i++) {
          sum += (double) left.at(row * middle + i) * right.at(i * outputs + output);
        }
        product[row * outputs + output] = (float) sum;
      }
    }
    if (!Constants.areFinite(product)) {
      return;
    }
    Node input = draft.inputOf(first);
    if (first instanceof Conv2D conv) {
      Shape shape =
          Shape.of(conv.kernelHeight(), conv.kernelWidth(), conv.inputChannels(), outputs);
      draft.put(
          Conv2D.of(
              second.name(),
              input,
              Weights.of(shape, product),
              conv.stride(),
              conv.dilation(),
              conv.pads()));
    } else {
      draft.put(MatMul.of(second.name(), input, Weights.of(Shape.of(rows, outputs), product)));
    }
  }
}
