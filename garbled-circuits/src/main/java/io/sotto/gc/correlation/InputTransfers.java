package io.sotto.gc.correlation;

import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;

/**
 * The evaluator's transfers for bits that it is given, which it asks for some chunks ahead: each
 * bit of each instance is a choice, block by block and row by row.
 *
 * <p><b>Security.</b> A request hides the bits.
 *
 * <p><b>Threading, failure.</b> As {@link Correlations}.
 */
public final class InputTransfers {
  private final EvaluatorCorrelations own;
  private final ChunkedInstances chunks;
  private final BitMatrix bits;
  private final NativeBuffer choices;
  private final NativeBuffer[] labels;

  /**
   * @param bits a row for each bit, a column for each instance
   * @param window chunks under way
   * @param scope that the memory lives as long as
   */
  public InputTransfers(
      EvaluatorCorrelations own, ChunkedInstances chunks, BitMatrix bits, int window, Scope scope) {
    this.own = own;
    this.chunks = chunks;
    this.bits = bits;
    int largest = transfers(chunks.largest());
    choices = scope.allocate(Math.max(1, CorrelatedOts.choiceBytes(largest)));
    labels = new NativeBuffer[window];
    for (int i = 0; i < window; i++) {
      labels[i] = scope.allocate(Math.max(1, CorrelatedOts.labelBytes(largest)));
    }
  }

  /** Asks for the first chunks. */
  public void begin() {
    for (int chunk = 0; chunk < labels.length; chunk++) {
      request(chunk);
    }
  }

  /** The active labels of a chunk, block by block and row by row. */
  public NativeBuffer labels(int chunk) {
    return labels[chunk % labels.length];
  }

  /** Gives a chunk's labels up, and asks for the next chunk if there is one. */
  public void finish(int chunk) {
    if (chunk + labels.length < chunks.count()) {
      request(chunk + labels.length);
    }
  }

  private void request(int chunk) {
    int size = chunks.size(chunk);
    writeChoices(chunks.first(chunk), size);
    own.receiver().extend(transfers(size), choices, labels(chunk));
    own.channel().flush();
  }

  private int transfers(int size) {
    return Math.multiplyExact(bits.rows(), LabelKernel.lanes(size));
  }

  private void writeChoices(int first, int size) {
    ByteBuffer source = bits.bytes();
    ByteBuffer target = choices.bytes();
    int at = 0;
    for (int start = 0; start < size; start += HashBlocks.LARGEST) {
      int bytes = LabelKernel.lanes(HashBlocks.size(size, start)) / 8;
      int column = (first + start) / 8;
      for (int row = 0; row < bits.rows(); row++) {
        target.put(at, source, row * bits.rowBytes() + column, bytes);
        at += bytes;
      }
    }
    while (at % LabelKernel.LABEL_BYTES != 0) {
      target.put(at++, (byte) 0);
    }
  }
}
