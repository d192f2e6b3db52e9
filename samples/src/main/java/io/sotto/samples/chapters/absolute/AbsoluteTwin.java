package io.sotto.samples.chapters.absolute;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.Twin;
import java.util.Arrays;
import java.util.List;

/** {@code |v|} in the clear. */
record AbsoluteTwin(AbsoluteSpec spec) implements Twin {
  @Override
  public FixedTensor run(List<FixedTensor> inputs, Wraps wraps) {
    FixedTensor v = inputs.get(0);
    long[] absolute = Arrays.stream(v.values()).map(Math::abs).toArray();
    return new FixedTensor(spec.output(), v.images(), absolute).reduced(spec.output(), wraps);
  }
}
