package io.sotto.gc.correlation;

import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.natives.NativeBuffer;
import java.nio.ByteBuffer;

/** How the bits of a chunk's instances become choices of transfers: block by block, row by row. */
public final class ChoiceBits {
  private ChoiceBits() {}

  /** Writes the choices of so many instances from one on, whose rows are the matrix's. */
  public static void write(BitMatrix rows, int firstInstance, int size, NativeBuffer choices) {
    ByteBuffer source = rows.bytes();
    ByteBuffer target = choices.bytes();
    int at = 0;
    for (int start = 0; start < size; start += HashBlocks.LARGEST) {
      int bytes = LabelKernel.lanes(HashBlocks.size(size, start)) / 8;
      int column = (firstInstance + start) / 8;
      for (int row = 0; row < rows.rows(); row++) {
        target.put(at, source, row * rows.rowBytes() + column, bytes);
        at += bytes;
      }
    }
    while (at % LabelKernel.LABEL_BYTES != 0) {
      target.put(at++, (byte) 0);
    }
  }
}
