package io.sotto.baselines.mp2ml;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.Twin;
import java.util.Arrays;
import java.util.List;

/** {@code max(0, y)} in the clear. */
record SlotReluTwin(SlotReluSpec spec) implements Twin {
  @Override
  public FixedTensor run(List<FixedTensor> inputs, Wraps wraps) {
    FixedTensor y = inputs.get(0);
    return new FixedTensor(
        spec.output(), y.images(), Arrays.stream(y.values()).map(v -> Math.max(0, v)).toArray());
  }
}
