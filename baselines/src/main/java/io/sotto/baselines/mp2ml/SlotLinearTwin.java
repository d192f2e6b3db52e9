package io.sotto.baselines.mp2ml;

import io.sotto.converter.linear.LinearWeights;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.Twin;
import java.util.List;

/**
 * {@code W x + b} with integer weights, rounded to the nearest number of the output's format. The
 * protocol gives one of the two next to the unrounded value.
 */
record SlotLinearTwin(SlotLinearSpec spec, LinearWeights weights) implements Twin {
  @Override
  public FixedTensor run(List<FixedTensor> inputs, Wraps wraps) {
    FixedTensor x = inputs.get(0);
    int images = x.images();
    long[] products = weights.map().applyPlain(x.values(), images);
    FixedTensor y = new FixedTensor(spec.output(), images);
    for (int i = 0; i < products.length; i++) {
      double slot =
          Math.scalb((double) products[i], spec.encodingBits()) + weights.bias(i / images);
      long value = (long) Math.floor(Math.scalb(slot, -spec.slotBits()) + 0.5);
      y.values()[i] = wraps.fit("slot linear", spec.output(), value);
    }
    return y;
  }
}
