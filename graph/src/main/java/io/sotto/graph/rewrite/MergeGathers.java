package io.sotto.graph.rewrite;

import io.sotto.graph.Gather;
import io.sotto.graph.Graph;
import io.sotto.graph.Indices;
import io.sotto.graph.Node;
import io.sotto.graph.Reshape;
import java.util.ArrayList;
import java.util.List;

/**
 * Selections of selections become one, and take in the reshapes around them, which do not change
 * the elements' numbers.
 */
final class MergeGathers implements Rule {

  @Override
  public Graph apply(Graph graph) {
    Draft draft = new Draft(graph);
    for (Node old : graph.nodes()) {
      Node node = draft.node(old.name());
      if (node instanceof Reshape
          && draft.inputOf(node) instanceof Gather gather
          && draft.hasOneUse(gather)) {
        node = new Gather(node.name(), gather.inputs(), node.shape(), gather.indices());
        draft.put(node);
      }
      if (node instanceof Gather gather) {
        draft.put(merged(draft, gather));
      }
    }
    return draft.graph();
  }

  private static Gather merged(Draft draft, Gather gather) {
    List<Node> sources = new ArrayList<>();
    List<int[]> numbers = new ArrayList<>();
    int total = 0;
    for (String name : gather.inputs()) {
      Node input = draft.node(name);
      int[] elements = new int[input.shape().elements()];
      if (input instanceof Gather inner && draft.hasOneUse(inner)) {
        for (int i = 0; i < elements.length; i++) {
          elements[i] = total + inner.indices().at(i);
        }
        for (String source : inner.inputs()) {
          sources.add(draft.node(source));
          total = Math.addExact(total, draft.node(source).shape().elements());
        }
      } else {
        for (int i = 0; i < elements.length; i++) {
          elements[i] = total + i;
        }
        sources.add(input instanceof Reshape ? draft.inputOf(input) : input);
        total = Math.addExact(total, elements.length);
      }
      numbers.add(elements);
    }
    int[] indices = gather.indices().toArray();
    for (int i = 0; i < indices.length; i++) {
      int part = 0;
      int rest = indices[i];
      while (rest >= numbers.get(part).length) {
        rest -= numbers.get(part++).length;
      }
      indices[i] = numbers.get(part)[rest];
    }
    return Gather.of(gather.name(), sources, gather.shape(), Indices.of(indices));
  }
}
