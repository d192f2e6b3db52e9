package io.sotto.graph.rewrite;

import io.sotto.graph.Graph;
import io.sotto.graph.Node;

/** Factors and offsets by constants that follow each other become one. */
final class MergeConstants implements Rule {

  @Override
  public Graph apply(Graph graph) {
    Draft draft = new Draft(graph);
    for (Node old : graph.nodes()) {
      Node node = draft.node(old.name());
      Constants second = Constants.of(node);
      if (second == null) {
        continue;
      }
      Node input = draft.inputOf(node);
      Constants first = Constants.of(input);
      if (first != null && draft.hasOneUse(input)) {
        Node merged = first.then(second, node.name(), draft.inputOf(input));
        if (merged != null) {
          draft.put(merged);
        }
      }
    }
    return draft.graph();
  }
}
