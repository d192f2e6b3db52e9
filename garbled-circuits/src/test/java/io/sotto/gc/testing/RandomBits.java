package io.sotto.gc.testing;

import io.sotto.gc.circuit.BitMatrix;
import io.sotto.natives.NativeBuffer;
import java.nio.LongBuffer;
import java.util.Random;

/** Inputs of many instances for tests. */
public final class RandomBits {
  private RandomBits() {}

  /** A matrix of random bits; the caller closes it. */
  public static BitMatrix matrix(Random random, int rows, int columns) {
    BitMatrix matrix = new BitMatrix(rows, columns);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        matrix.set(r, c, random.nextBoolean());
      }
    }
    return matrix;
  }

  /** Random numbers of so many bits; the caller closes the buffer. */
  public static NativeBuffer longs(Random random, int count, int bits) {
    NativeBuffer buffer = NativeBuffer.allocate(Math.max(8L, 8L * count));
    LongBuffer longs = buffer.longs();
    for (int i = 0; i < count; i++) {
      longs.put(i, random.nextLong() >>> (64 - bits));
    }
    return buffer;
  }
}
