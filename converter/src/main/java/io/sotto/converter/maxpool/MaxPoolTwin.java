package io.sotto.converter.maxpool;

import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.StopSignal;
import io.sotto.converter.step.Twin;
import io.sotto.natives.Scope;
import java.nio.LongBuffer;
import java.util.List;

/** The tree in the clear: with all of a value as the one share, and nothing as the other. */
record MaxPoolTwin(MaxPoolSpec spec) implements Twin {
  @Override
  public FixedTensor run(List<FixedTensor> inputs, Wraps wraps) {
    FixedTensor x = inputs.get(0);
    try (Scope scope = new Scope()) {
      ExactShares input = spec.input().allocate(x.images(), scope);
      LongBuffer values = input.values().longs();
      for (long value : x.values()) {
        values.put(value & spec.input().mask());
      }
      Shares largest =
          PoolingTree.run(
              spec,
              input,
              (relu, differences, step) -> relu(relu, differences, wraps, step),
              StopSignal.NEVER,
              scope);
      FixedTensor y = new FixedTensor(spec.output(), x.images());
      LongBuffer results = largest.values().longs();
      for (int i = 0; i < y.values().length; i++) {
        y.values()[i] = spec.output().signed(results.get(i));
      }
      return y;
    }
  }

  private static Shares relu(ReluSpec relu, Shares differences, Wraps wraps, Scope scope) {
    ExactShares result = relu.output().allocate(differences.images(), scope);
    LongBuffer from = differences.values().longs();
    LongBuffer to = result.values().longs();
    for (int i = 0; i < result.count(); i++) {
      long difference = differences.format().signed(from.get(i));
      to.put(i, Math.max(0, wraps.fit("maxpool", relu.input(), difference)));
    }
    return result;
  }
}
