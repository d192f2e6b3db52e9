package io.sotto.converter.moves;

import io.sotto.converter.moves.Move.Axis;
import io.sotto.converter.step.PacedStopSignal;
import java.util.List;

/** Runs through the elements of a move, as many at once as lie next to each other. */
public final class MoveLoop {
  /** Takes `count` elements from `in` on to those from `out` on. */
  @FunctionalInterface
  public interface Body {
    void move(int out, int in, int count);
  }

  /** Those whose elements don't lie next to each other, the outermost first. */
  private final List<Axis> axes;

  /** Elements that lie next to each other. */
  private final int together;

  private final Body body;

  private MoveLoop(Move move, Body body) {
    List<Axis> all = move.axes();
    int inner = 1;
    int depth = all.size();
    while (depth > 0
        && all.get(depth - 1).outStride() == inner
        && all.get(depth - 1).inStride() == inner) {
      inner *= all.get(--depth).count();
    }
    this.axes = all.subList(0, depth);
    this.together = inner;
    this.body = body;
  }

  /** Asks a stop signal on the way; each element is of so many images. */
  public static void run(Move move, int images, PacedStopSignal pace, Body body) {
    run(
        move,
        (out, in, count) -> {
          body.move(out, in, count);
          pace.computed((long) count * images);
        });
  }

  public static void run(Move move, Body body) {
    new MoveLoop(move, body).run(0, move.outStart(), move.inStart());
  }

  private void run(int axis, int out, int in) {
    if (axis == axes.size()) {
      body.move(out, in, together);
      return;
    }
    Axis loop = axes.get(axis);
    for (int i = 0; i < loop.count(); i++) {
      run(axis + 1, out + i * loop.outStride(), in + i * loop.inStride());
    }
  }
}
