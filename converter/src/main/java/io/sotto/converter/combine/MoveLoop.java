package io.sotto.converter.combine;

import io.sotto.converter.combine.Move.Axis;
import io.sotto.converter.step.PacedStopSignal;
import java.util.List;

/** Runs through the elements of a move, as many at once as lie next to each other. */
final class MoveLoop {
  private MoveLoop() {}

  /** Takes `count` elements from `in` on to those from `out` on. */
  @FunctionalInterface
  interface Body {
    void move(int out, int in, int count);
  }

  /** Asks a stop signal on the way; each element is of so many images. */
  static void run(Move move, int images, PacedStopSignal pace, Body body) {
    run(
        move,
        (out, in, count) -> {
          body.move(out, in, count);
          pace.computed((long) count * images);
        });
  }

  static void run(Move move, Body body) {
    List<Axis> axes = move.axes();
    int run = 1;
    int depth = axes.size();
    while (depth > 0
        && axes.get(depth - 1).outStride() == run
        && axes.get(depth - 1).inStride() == run) {
      run *= axes.get(--depth).count();
    }
    loop(axes, 0, depth, move.outStart(), move.inStart(), run, body);
  }

  private static void loop(
      List<Axis> axes, int axis, int depth, int out, int in, int run, Body body) {
    if (axis == depth) {
      body.move(out, in, run);
      return;
    }
    Axis loop = axes.get(axis);
    for (int i = 0; i < loop.count(); i++) {
      loop(axes, axis + 1, depth, out + i * loop.outStride(), in + i * loop.inStride(), run, body);
    }
  }
}
