package io.sotto.graph.rewrite;

import io.sotto.graph.Clip;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Graph;
import io.sotto.graph.MaxPool;
import io.sotto.graph.Node;
import io.sotto.graph.Pad;
import io.sotto.graph.Relu;
import io.sotto.graph.Window;
import java.util.List;

/**
 * Zeros between a ReLU and the largest value of windows become the windows' own padding, which does
 * not count: no value is below zero there. The pool can then go {@linkplain PoolFirst in front}.
 */
final class PadIntoPool implements Rule {

  @Override
  public Graph apply(Graph graph) {
    Draft draft = new Draft(graph);
    for (Node old : graph.nodes()) {
      if (draft.node(old.name()) instanceof MaxPool pool
          && draft.inputOf(pool) instanceof Pad pad
          && draft.hasOneUse(pad)
          && pad.value() == 0
          && isNeverNegative(draft.inputOf(pad))) {
        fold(draft, pad, pool);
      }
    }
    return draft.graph();
  }

  private static boolean isNeverNegative(Node node) {
    return node instanceof Relu || (node instanceof Clip clip && clip.low() >= 0);
  }

  private static void fold(Draft draft, Pad pad, MaxPool pool) {
    List<Integer> before = pad.before();
    List<Integer> after = pad.after();
    Margins pads = pool.window().pads();
    int top = pads.top() + before.get(0);
    int bottom = pads.bottom() + after.get(0);
    int left = pads.left() + before.get(1);
    int right = pads.right() + after.get(1);
    boolean channels = before.get(2) + after.get(2) != 0;
    // Every window is to hold a part of the picture.
    boolean wide =
        Math.max(top, bottom) >= pool.window().size().height()
            || Math.max(left, right) >= pool.window().size().width();
    if (channels || wide) {
      return;
    }
    Window window =
        new Window(
            pool.window().size(), pool.window().stride(), new Margins(top, bottom, left, right));
    draft.put(MaxPool.of(pool.name(), draft.inputOf(pad), window));
  }
}
