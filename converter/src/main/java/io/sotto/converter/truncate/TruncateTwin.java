package io.sotto.converter.truncate;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.Twin;
import java.util.Arrays;
import java.util.List;

/** The numbers without their lowest bits, in the clear. */
record TruncateTwin(TruncateSpec spec) implements Twin {
  @Override
  public FixedTensor run(List<FixedTensor> inputs, Wraps wraps) {
    FixedTensor x = inputs.get(0);
    long[] truncated =
        Arrays.stream(x.values())
            .map(v -> wraps.fit("truncate", spec.output(), v >> spec.dropped()))
            .toArray();
    return new FixedTensor(spec.output(), x.images(), truncated);
  }
}
