package io.sotto.converter.multiply;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.Twin;
import java.util.List;

/** The products in the clear. */
record MultiplyTwin(MultiplySpec spec) implements Twin {
  @Override
  public FixedTensor run(List<FixedTensor> inputs, Wraps wraps) {
    FixedTensor x = inputs.get(0);
    FixedTensor y = inputs.get(inputs.size() - 1);
    FixedTensor z = new FixedTensor(spec.output(), x.images());
    for (int i = 0; i < z.values().length; i++) {
      z.values()[i] = wraps.fitProduct("multiply", spec.output(), x.values()[i], y.values()[i]);
    }
    return z;
  }
}
