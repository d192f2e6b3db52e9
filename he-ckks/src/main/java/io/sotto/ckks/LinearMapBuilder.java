package io.sotto.ckks;

import io.sotto.natives.NativeBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects the blocks of a {@link LinearMap}, which compute every output exactly once.
 *
 * <p><b>Security.</b> Holds the model's weights, and puts them into memory that the map wipes.
 *
 * <p><b>Threading.</b> For one thread.
 *
 * <p><b>Failure.</b> A block that doesn't fit, and a map that lacks outputs, is an {@link
 * IllegalArgumentException}.
 */
public final class LinearMapBuilder {
  private final int inputs;
  private final int outputs;
  private final BitSet computed = new BitSet();
  private final List<Pending> pending = new ArrayList<>();

  /** A block that has no place in native memory yet. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Pending(int[] refs, int firstOutput, WeightMatrix weights) {}

  LinearMapBuilder(int inputs, int outputs) {
    if (inputs < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          "a map from " + inputs + " inputs to " + outputs + " outputs; give at least one of each");
    }
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /**
   * Adds a block: output firstOutput + o is the sum of weights[o][i] * input[refs[i]].
   *
   * @param refs numbers of inputs or {@link LinearMap#PADDING}, one for each column of the weights
   */
  public LinearMapBuilder block(int[] refs, int firstOutput, WeightMatrix weights) {
    if (refs.length != weights.columns()) {
      throw new IllegalArgumentException(
          refs.length + " references for " + weights.columns() + " weights an output");
    }
    for (int ref : refs) {
      if (ref < LinearMap.PADDING || ref >= inputs) {
        throw new IllegalArgumentException(
            "a reference to input "
                + ref
                + " of "
                + inputs
                + "; give 0 to "
                + (inputs - 1)
                + ", or "
                + LinearMap.PADDING
                + " for padding");
      }
    }
    if (firstOutput < 0 || weights.rows() > outputs - firstOutput) {
      throw new IllegalArgumentException(
          "a block of "
              + weights.rows()
              + " outputs from output "
              + firstOutput
              + " on; there are "
              + outputs);
    }
    int end = firstOutput + weights.rows();
    int next = computed.nextSetBit(firstOutput);
    if (next >= 0 && next < end) {
      throw new IllegalArgumentException("output " + next + " is computed by two blocks");
    }
    computed.set(firstOutput, end);
    pending.add(new Pending(refs.clone(), firstOutput, weights));
    return this;
  }

  public LinearMap build() {
    int missing = computed.nextClearBit(0);
    if (missing < outputs) {
      throw new IllegalArgumentException("no block computes output " + missing);
    }
    Set<WeightMatrix> matrices = new HashSet<>();
    long ints = 0;
    for (Pending block : pending) {
      ints += block.refs.length;
      if (matrices.add(block.weights)) {
        ints += block.weights.weights().length;
      }
    }
    NativeBuffer memory = NativeBuffer.allocate(Math.multiplyExact(ints, (long) Integer.BYTES));
    try {
      return new LinearMap(inputs, outputs, place(memory), memory);
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  private List<LinearBlock> place(NativeBuffer memory) {
    Map<WeightMatrix, NativeBuffer> placed = new HashMap<>();
    List<LinearBlock> blocks = new ArrayList<>();
    long next = 0;
    for (Pending block : pending) {
      NativeBuffer refs = copy(memory, next, block.refs);
      next += block.refs.length;
      NativeBuffer weights = placed.get(block.weights);
      if (weights == null) {
        weights = copy(memory, next, block.weights.weights());
        next += block.weights.weights().length;
        placed.put(block.weights, weights);
      }
      blocks.add(new LinearBlock(block.refs, block.firstOutput, block.weights, refs, weights));
    }
    return List.copyOf(blocks);
  }

  private static NativeBuffer copy(NativeBuffer memory, long at, int[] numbers) {
    NativeBuffer slice = memory.slice(at * Integer.BYTES, numbers.length * (long) Integer.BYTES);
    slice.bytes().asIntBuffer().put(numbers);
    return slice;
  }
}
