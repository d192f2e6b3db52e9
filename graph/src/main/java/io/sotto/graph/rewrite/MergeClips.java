package io.sotto.graph.rewrite;

import io.sotto.graph.Clip;
import io.sotto.graph.Graph;
import io.sotto.graph.Node;
import io.sotto.graph.Relu;

/** Clips and ReLUs that follow each other become one. */
final class MergeClips implements Rule {

  @Override
  public Graph apply(Graph graph) {
    Draft draft = new Draft(graph);
    for (Node old : graph.nodes()) {
      Node second = draft.node(old.name());
      if (isClip(second)) {
        Node first = draft.inputOf(second);
        if (isClip(first) && draft.hasOneUse(first)) {
          merge(draft, first, second);
        }
      }
    }
    return draft.graph();
  }

  private static boolean isClip(Node node) {
    return node instanceof Clip || node instanceof Relu;
  }

  private static float low(Node node) {
    return node instanceof Clip clip ? clip.low() : 0;
  }

  private static float high(Node node) {
    return node instanceof Clip clip ? clip.high() : Float.POSITIVE_INFINITY;
  }

  private static void merge(Draft draft, Node first, Node second) {
    float low = Math.min(Math.max(low(first), low(second)), high(second));
    float high = Math.min(Math.max(high(first), low(second)), high(second));
    Node input = draft.inputOf(first);
    if (low == 0 && high == Float.POSITIVE_INFINITY) {
      draft.put(Relu.of(second.name(), input));
    } else if (Float.isFinite(low) || Float.isFinite(high)) {
      draft.put(Clip.of(second.name(), input, low, high));
    }
  }
}
