package io.sotto.converter.step;

import io.sotto.converter.shares.FixedTensor;
import java.util.List;

/** What a step computes, in the clear and deterministic: the definition of correct. */
@FunctionalInterface
public interface Twin {
  /**
   * Computes the step's output from its inputs.
   *
   * @throws io.sotto.converter.shares.FixedPointOverflowException if a value leaves its format
   */
  FixedTensor run(List<FixedTensor> inputs);
}
