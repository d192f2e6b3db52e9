package io.sotto.graph.rewrite;

import io.sotto.graph.Graph;
import java.util.List;

/** All rules, one after the other, until none changes anything. */
public final class Simplification implements Rule {
  /** More rounds than any chain of rules that feed each other takes. */
  private static final int MAX_ROUNDS = 50;

  private static final List<Rule> RULES =
      List.of(
          new DropIdentities(),
          new MergeGathers(),
          new FuseLeakyRelu(),
          new MergeConstants(),
          new FoldIntoPrevious(),
          new FoldIntoNext(),
          new MergeLinear(),
          new MergeClips(),
          new PadIntoPool(),
          new PoolFirst());

  @Override
  public Graph apply(Graph graph) {
    Graph current = graph;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Graph before = current;
      for (Rule rule : RULES) {
        current = rule.apply(current);
      }
      if (current.nodes().equals(before.nodes()) && current.outputs().equals(before.outputs())) {
        break;
      }
    }
    return current;
  }
}
