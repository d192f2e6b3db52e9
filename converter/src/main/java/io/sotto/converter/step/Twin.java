package io.sotto.converter.step;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import java.util.List;

/**
 * What a step computes, in the clear and deterministic: the definition of correct. The protocol's
 * result is equal to the last bit, also where values wrap; steps on slots, which the baselines are
 * made of, come near it, and their twins say how near.
 */
@FunctionalInterface
public interface Twin {
  /**
   * Computes the step's output from its inputs.
   *
   * @param wraps takes note of values that leave the range of their format
   */
  FixedTensor run(List<FixedTensor> inputs, Wraps wraps);

  /** The same without notes. */
  default FixedTensor run(List<FixedTensor> inputs) {
    return run(inputs, new Wraps());
  }
}
