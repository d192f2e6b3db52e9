package io.sotto.converter.combine;

import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.PacedStopSignal;
import io.sotto.converter.step.StopSignal;
import io.sotto.natives.Scope;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One party's part of a combine step: the same sums over its own shares, modulo a power of two. */
final class ShareSums {
  /** Numbers at once: what stays in the nearest cache. */
  private static final int BLOCK = 1 << 10;

  private ShareSums() {}

  static Shares of(
      CombineSpec spec,
      List<Shares> inputs,
      long @Nullable [] constants,
      StopSignal stop,
      Scope scope) {
    PacedStopSignal pace = new PacedStopSignal(stop);
    int images = inputs.get(0).images();
    ShareFormat format = spec.output();
    Shares result = format.allocate(images, scope);
    LongBuffer sums = result.values().longs();
    List<LongBuffer> terms = inputs.stream().map(input -> input.values().longs()).toList();
    long[] sum = new long[BLOCK];
    long[] term = new long[BLOCK];
    for (Move move : spec.moves()) {
      LongBuffer from = terms.get(move.input());
      long coefficient = spec.factor(move);
      MoveLoop.run(
          move,
          images,
          pace,
          (out, in, count) -> {
            int numbers = Math.multiplyExact(count, images);
            for (int at = 0; at < numbers; at += BLOCK) {
              int some = Math.min(BLOCK, numbers - at);
              sums.get(out * images + at, sum, 0, some);
              from.get(in * images + at, term, 0, some);
              for (int i = 0; i < some; i++) {
                sum[i] += coefficient * term[i];
              }
              sums.put(out * images + at, sum, 0, some);
            }
          });
    }
    int guardBits = format.guardBits();
    for (int element = 0; element < format.elements(); element++) {
      long constant = constants == null ? 0 : constants[element] << guardBits;
      for (int at = 0; at < images; at += BLOCK) {
        int some = Math.min(BLOCK, images - at);
        sums.get(element * images + at, sum, 0, some);
        for (int i = 0; i < some; i++) {
          sum[i] = (sum[i] + constant) & format.mask();
        }
        sums.put(element * images + at, sum, 0, some);
      }
      pace.computed(images);
    }
    Arrays.fill(sum, 0);
    Arrays.fill(term, 0);
    return result;
  }
}
