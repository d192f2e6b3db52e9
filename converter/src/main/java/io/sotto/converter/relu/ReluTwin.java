package io.sotto.converter.relu;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.Twin;
import java.util.Arrays;
import java.util.List;

/** {@code max(0, y)} in the clear. */
record ReluTwin(ReluSpec spec) implements Twin {
  @Override
  public FixedTensor run(List<FixedTensor> inputs, Wraps wraps) {
    FixedTensor x = inputs.get(0);
    int dropped = spec.dropped();
    long[] relu = Arrays.stream(x.values()).map(v -> Math.max(0, v >> dropped)).toArray();
    return new FixedTensor(spec.output(), x.images(), relu);
  }
}
