package io.sotto.converter.linear;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.Twin;
import java.util.List;

/**
 * {@code v = W x + b} modulo {@code 2^L} in two's complement; the shares of the protocol add up to
 * {@code 2v} or {@code 2v + 1}. What leaves the range wraps, here as there.
 */
record LinearTwin(LinearSpec spec, LinearWeights weights) implements Twin {
  @Override
  public FixedTensor run(List<FixedTensor> inputs, Wraps wraps) {
    int images = inputs.get(0).images();
    long[] v = weights.map().applyPlain(oneAfterTheOther(inputs, images), images);
    for (int i = 0; i < v.length; i++) {
      v[i] = wraps.fit("linear", spec.output(), v[i] + weights.bias(i / images));
    }
    return new FixedTensor(spec.output(), images, v);
  }

  private long[] oneAfterTheOther(List<FixedTensor> inputs, int images) {
    long[] x = new long[Math.multiplyExact(spec.inputElements(), images)];
    int at = 0;
    for (FixedTensor input : inputs) {
      System.arraycopy(input.values(), 0, x, at, input.values().length);
      at += input.values().length;
    }
    return x;
  }
}
