package io.sotto.converter.relu;

import io.sotto.converter.shares.FixedPointOverflowException;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.step.Twin;
import io.sotto.gc.garble.ShareRelu;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * {@code max(0, y)} in the clear.
 *
 * @param shares draws the server's shares, for what the protocol gives if it leaves bits out; null
 *     for the exact result
 */
public record ReluTwin(ReluSpec spec, @Nullable RandomGenerator shares) implements Twin {
  @Override
  public FixedTensor run(List<FixedTensor> inputs) {
    FixedTensor y = inputs.get(0);
    LongUnaryOperator relu = relu();
    return new FixedTensor(
        spec.output(), y.images(), Arrays.stream(y.values()).map(relu).toArray());
  }

  /** Of one number. */
  public LongUnaryOperator relu() {
    ShareRelu relu = spec.shareRelu();
    return y -> {
      if (relu.dropped() > 0 && Math.abs(y) > relu.largest()) {
        throw new FixedPointOverflowException(
            "relu: a value is too large to be compared in %d bits without the %d lowest; calibrate the model on inputs like these"
                .formatted(relu.bits(), relu.dropped()));
      }
      return shares == null
          ? Math.max(0, y)
          : relu.result(y, shares.nextLong() & ((1L << relu.bits()) - 1));
    };
  }
}
