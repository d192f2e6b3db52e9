package io.sotto.graph.rewrite;

import io.sotto.graph.BiasAdd;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Gather;
import io.sotto.graph.Graph;
import io.sotto.graph.Indices;
import io.sotto.graph.LeakyRelu;
import io.sotto.graph.Node;
import io.sotto.graph.Pad;
import io.sotto.graph.PoolNode;
import io.sotto.graph.Relu;
import io.sotto.graph.Reshape;
import io.sotto.graph.Scale;
import io.sotto.graph.Weights;
import io.sotto.graph.Window;
import java.util.stream.IntStream;

/**
 * Leaves out nodes that change nothing: reshapes to the same shape or of a reshape, selections of
 * everything in order, pads of nothing, factors of one with offsets of zero, windows of one
 * element, a ReLU of a ReLU.
 */
final class DropIdentities implements Rule {

  @Override
  public Graph apply(Graph graph) {
    Draft draft = new Draft(graph);
    for (Node old : graph.nodes()) {
      Node node = draft.node(old.name());
      if (node.inputs().size() == 1) {
        Node input = draft.inputOf(node);
        if (changesNothing(node, input)) {
          draft.redirect(node.name(), input.name());
          continue;
        }
        if (node instanceof Gather gather && keepsOrder(gather, input)) {
          node = Reshape.of(gather.name(), input, gather.shape());
        }
        draft.put(
            node instanceof Reshape && input instanceof Reshape
                ? node.withInputs(input.inputs())
                : node);
      }
    }
    return draft.graph();
  }

  private static boolean changesNothing(Node node, Node input) {
    if (!node.shape().equals(input.shape())) {
      return false;
    }
    if (node instanceof Gather gather) {
      return keepsOrder(gather, input);
    }
    if (node instanceof Pad pad) {
      // Of the same shape, so it pads nothing.
      return pad.before().stream().allMatch(count -> count == 0);
    }
    if (node instanceof Scale scale) {
      return isAll(scale.factor(), 1) && isAll(scale.offset(), 0);
    }
    return node instanceof Reshape
        || (node instanceof BiasAdd add && isAll(add.bias(), 0))
        || (node instanceof LeakyRelu leaky && isAll(leaky.slope(), 1))
        || (node instanceof PoolNode pool && isTrivial(pool.window()))
        || (node instanceof Relu && input instanceof Relu);
  }

  private static boolean isTrivial(Window window) {
    return window.size().equals(Step.ONE) && window.stride().equals(Step.ONE);
  }

  private static boolean keepsOrder(Gather gather, Node input) {
    Indices indices = gather.indices();
    return indices.size() == input.shape().elements()
        && IntStream.range(0, indices.size()).allMatch(i -> indices.at(i) == i);
  }

  static boolean isAll(Weights weights, float value) {
    return IntStream.range(0, weights.size()).allMatch(i -> weights.at(i) == value);
  }
}
