package io.sotto.graph.rewrite;

import io.sotto.graph.Clip;
import io.sotto.graph.Graph;
import io.sotto.graph.LeakyRelu;
import io.sotto.graph.MaxPool;
import io.sotto.graph.Node;
import io.sotto.graph.Relu;
import io.sotto.graph.Weights;

/**
 * The largest value of a window goes in front of an activation that keeps the order of values, so
 * that the activation has fewer elements.
 */
final class PoolFirst implements Rule {

  @Override
  public Graph apply(Graph graph) {
    Draft draft = new Draft(graph);
    for (Node old : graph.nodes()) {
      if (draft.node(old.name()) instanceof MaxPool pool) {
        Node activation = draft.inputOf(pool);
        if (keepsOrder(activation) && draft.hasOneUse(activation)) {
          exchange(draft, activation, pool);
        }
      }
    }
    return draft.graph();
  }

  /** In every channel the same function for all elements, which never falls. */
  private static boolean keepsOrder(Node node) {
    if (node instanceof LeakyRelu leaky) {
      Weights slope = leaky.slope();
      boolean perChannel =
          slope.shape().rank() == 0 || slope.shape().elements() == slope.shape().lastDim();
      boolean rising = true;
      for (int i = 0; i < slope.size(); i++) {
        rising &= slope.at(i) >= 0;
      }
      return perChannel && rising;
    }
    return node instanceof Relu || node instanceof Clip;
  }

  private static void exchange(Draft draft, Node activation, MaxPool pool) {
    Node first = MaxPool.of(pool.name(), draft.inputOf(activation), pool.window());
    draft.redirect(pool.name(), activation.name());
    draft.put(first);
    draft.put(over(activation, first));
  }

  private static Node over(Node activation, Node input) {
    String name = activation.name();
    if (activation instanceof LeakyRelu leaky) {
      return LeakyRelu.of(name, input, leaky.slope());
    }
    return activation instanceof Clip clip
        ? Clip.of(name, input, clip.low(), clip.high())
        : Relu.of(name, input);
  }
}
