package io.sotto.converter.maxpool;

import io.sotto.converter.relu.ReluTwin;
import io.sotto.converter.shares.FixedPointOverflowException;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.NarrowFormat;
import io.sotto.converter.step.Twin;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The maxima in the clear; the differences within a window must fit the comparison.
 *
 * @param shares as of {@link ReluTwin}
 */
record MaxPoolTwin(MaxPoolSpec spec, @Nullable RandomGenerator shares) implements Twin {
  @Override
  public FixedTensor run(List<FixedTensor> inputs) {
    int images = inputs.get(0).images();
    long[] values = inputs.get(0).values();
    for (Pooling pooling : spec.poolings()) {
      values = pool(pooling, values, images);
    }
    return new FixedTensor(spec.output(), images, values);
  }

  private long[] pool(Pooling pooling, long[] values, int images) {
    NarrowFormat compared = new NarrowFormat(1, spec.compareBits(), 0);
    LongUnaryOperator relu = new ReluTwin(spec.relu(1), shares).relu();
    int run = pooling.inner() * images;
    long[] result = new long[Math.toIntExact(pooling.outElements() * images)];
    for (int outer = 0; outer < pooling.outer(); outer++) {
      for (int output = 0; output < pooling.outputs(); output++) {
        int to = (outer * pooling.outputs() + output) * run;
        int from = (outer * pooling.length() + pooling.from(output)) * run;
        for (int i = 0; i < run; i++) {
          long largest = values[from + i];
          long smallest = largest;
          for (int place = 1; place < pooling.size(output); place++) {
            long value = values[from + place * run + i];
            largest = value + relu.applyAsLong(largest - value);
            smallest = Math.min(smallest, value);
          }
          FixedPointOverflowException.check("maxpool", compared, largest - smallest);
          result[to + i] = largest;
        }
      }
    }
    return result;
  }
}
