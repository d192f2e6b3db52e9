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

  /** Labels of the evaluator's sign. */
  final NativeBuffer signLabels;

  /** Shares of the carry of the dropped bits. */
  final NativeBuffer carryShares;

  /** Shares of what is beyond y's bits. */
  final NativeBuffer wraps;

  ChunkOutputs(int outputs, int largest, Scope scope) {
    labels = new NativeBuffer[outputs];
    colours = new NativeBuffer[outputs];
    for (int output = 0; output < outputs; output++) {
      labels[output] = scope.allocate(CorrelatedOts.labelBytes(largest));
      colours[output] = scope.allocate(CorrelatedOts.choiceBytes(largest));
    }
    blockColours = scope.allocate((long) outputs * HashBlocks.LARGEST / 8);
    signLabels = scope.allocate(CorrelatedOts.labelBytes(largest));
    carryShares = scope.allocateLongs(largest);
    wraps = scope.allocateLongs(largest);
  }

  /** Before a chunk. */
  void begin() {
    for (NativeBuffer row : colours) {
      row.wipe();
    }
    carryShares.wipe();
    wraps.wipe();
  }

  NativeBuffer labels(int output) {
    return labels[output];
  }

  /** A bit for each instance, zeros beyond the last. */
  NativeBuffer colours(int output) {
    return colours[output];
  }

  /** Keeps what a block's outputs are. */
  void keep(GarbledBlocks blocks, int start, int n) {
    blocks.colours(n, blockColours);
    int rowBytes = LabelKernel.lanes(n) / 8;
    for (int output = 0; output < labels.length; output++) {
      colours[output].bytes().put(start / 8, blockColours.bytes(), output * rowBytes, rowBytes);
      block(output, start, n).bytes().put(blocks.output(output, n).bytes());
    }
  }

  /** The labels of a block. */
  NativeBuffer block(int output, int start, int n) {
    return labels[output].slice(
        (long) start * LabelKernel.LABEL_BYTES,
        (long) LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES);
  }

  /** Keeps a block of the labels of the evaluator's sign. */
  void keepSign(ByteBuffer transfers, int at, int start, int n) {
    int bytes = LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
    signLabels.bytes().put(start * LabelKernel.LABEL_BYTES, transfers, at, bytes);
  }
}
