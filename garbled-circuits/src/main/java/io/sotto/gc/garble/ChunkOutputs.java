package io.sotto.gc.garble;

import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;

/** What a side of {@link CircuitForm} has of the outputs of a chunk, one block after the other. */
final class ChunkOutputs {
  private final NativeBuffer[] labels;
  private final NativeBuffer[] colours;
  private final NativeBuffer blockColours;
  private final NativeBuffer signLabels;

  /** The memory, for chunks of at most so many instances, lives as long as the scope. */
  ChunkOutputs(int outputs, int largest, Scope scope) {
    labels = new NativeBuffer[outputs];
    colours = new NativeBuffer[outputs];
    for (int output = 0; output < outputs; output++) {
      labels[output] = scope.allocate(CorrelatedOts.labelBytes(largest));
      colours[output] = scope.allocate(CorrelatedOts.choiceBytes(largest));
    }
    blockColours = scope.allocate((long) outputs * HashBlocks.LARGEST / 8);
    signLabels = scope.allocate(CorrelatedOts.labelBytes(largest));
  }

  /** Begins a chunk. */
  void clear() {
    for (NativeBuffer row : colours) {
      row.wipe();
    }
  }

  NativeBuffer labels(int output) {
    return labels[output];
  }

  /** A bit for each instance, zeros beyond the last. */
  NativeBuffer colours(int output) {
    return colours[output];
  }

  /** Labels of the evaluator's sign. */
  NativeBuffer signLabels() {
    return signLabels;
  }

  /**
   * Keeps what a block's outputs are.
   *
   * @param transfers labels of the evaluator's inputs of the chunk
   */
  void keep(GarbledBlocks blocks, CircuitBlock block, ByteBuffer transfers) {
    blocks.colours(block, blockColours);
    int rowBytes = LabelKernel.lanes(block.size()) / 8;
    for (int output = 0; output < labels.length; output++) {
      ByteBuffer row = colours[output].bytes();
      row.put(block.start() / 8, blockColours.bytes(), output * rowBytes, rowBytes);
      labels(output, block).bytes().put(blocks.output(output, block).bytes());
    }
    int signsAt = block.start() * LabelKernel.LABEL_BYTES;
    signLabels.bytes().put(signsAt, transfers, block.lastInputAt(), block.wireBytes());
  }

  /** The labels of a block. */
  NativeBuffer labels(int output, CircuitBlock block) {
    return labels[output].slice((long) block.start() * LabelKernel.LABEL_BYTES, block.wireBytes());
  }
}
