package io.sotto.converter.combine;

import io.sotto.converter.moves.Move;
import io.sotto.converter.moves.MoveLoop;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.Twin;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sums in the clear, exact. */
final class CombineTwin implements Twin {
  private final CombineSpec spec;
  private final long @Nullable [] constants;

  CombineTwin(CombineSpec spec, long @Nullable [] constants) {
    this.spec = spec;
    this.constants = constants;
  }

  @Override
  public FixedTensor run(List<FixedTensor> inputs, Wraps wraps) {
    int images = inputs.get(0).images();
    FixedTensor result = new FixedTensor(spec.output(), images);
    long[] sums = result.values();
    if (constants != null) {
      for (int element = 0; element < constants.length; element++) {
        Arrays.fill(sums, element * images, (element + 1) * images, constants[element]);
      }
    }
    for (Move move : spec.moves()) {
      long[] from = inputs.get(move.input()).values();
      MoveLoop.run(
          move,
          (out, in, count) -> {
            for (int i = 0; i < count * images; i++) {
              int to = out * images + i;
              sums[to] = sums[to] + from[in * images + i] * move.coefficient();
            }
          });
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] =
          spec.wraps()
              ? spec.output().signed(sums[i])
              : wraps.fit("combine", spec.output(), sums[i]);
    }
    return result;
  }
}
