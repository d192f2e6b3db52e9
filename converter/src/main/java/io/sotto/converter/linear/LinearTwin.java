package io.sotto.converter.linear;

import io.sotto.converter.shares.FixedPointOverflowException;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.step.Twin;
import java.util.List;

/**
 * {@code y = round((W x + b) / 2^(L-m))}, ties upwards. The protocol gives one of the two integers
 * next to the unrounded value, so it differs from this by at most one.
 */
record LinearTwin(LinearSpec spec, LinearWeights weights) implements Twin {
  @Override
  public FixedTensor run(List<FixedTensor> inputs) {
    int images = inputs.get(0).images();
    long[] x = new long[Math.multiplyExact(spec.inputElements(), images)];
    int at = 0;
    for (FixedTensor input : inputs) {
      System.arraycopy(input.values(), 0, x, at, input.values().length);
      at += input.values().length;
    }
    FixedTensor y = new FixedTensor(spec.output(), images);
    long[] products = weights.map().applyPlain(x, images);
    int dropped = spec.wideBits() - spec.output().bits();
    long half = dropped == 0 ? 0 : 1L << (dropped - 1);
    for (int output = 0; output < spec.output().elements(); output++) {
      for (int image = 0; image < images; image++) {
        int i = output * images + image;
        long product =
            FixedPointOverflowException.check(
                "linear", spec.inputs().get(0), products[i] + weights.bias(output));
        y.values()[i] =
            FixedPointOverflowException.check("linear", spec.output(), (product + half) >> dropped);
      }
    }
    return y;
  }
}
