package io.sotto.gc.lookup;

import io.sotto.gc.internal.LabelKernel;
import io.sotto.natives.NativeBuffer;
import java.nio.ByteBuffer;

/** Rows of bits, one for each instance of a chunk, lowest first. */
final class BitRows {
  private BitRows() {}

  /** Bytes of a row as it is sent. */
  static int bytes(int size) {
    return LabelKernel.lanes(size) / 8;
  }

  /** Bytes from a row to the next in memory: whole blocks of random bits. */
  static long stride(int size) {
    long blockBits = LabelKernel.LABEL_BYTES * 8L;
    return (size + blockBits - 1) / blockBits * LabelKernel.LABEL_BYTES;
  }

  /** target = a + b modulo 2, for so many instances. */
  static void sum(NativeBuffer a, NativeBuffer b, int size, NativeBuffer target) {
    ByteBuffer first = a.bytes();
    ByteBuffer second = b.bytes();
    ByteBuffer sum = target.bytes();
    for (int i = 0; i < bytes(size); i++) {
      sum.put(i, (byte) (first.get(i) ^ second.get(i)));
    }
  }

  /** Are all bits zero that belong to no instance? */
  static boolean isProper(NativeBuffer row, int size) {
    return size % 8 == 0 || (row.bytes().get(size / 8) & 0xff) >>> size % 8 == 0;
  }

  /** Sets bits from an instance's on to zero. */
  static void clearSurplus(NativeBuffer row, int size) {
    ByteBuffer bytes = row.bytes();
    if (size % 8 != 0) {
      bytes.put(size / 8, (byte) (bytes.get(size / 8) & (1 << size % 8) - 1));
    }
    for (int i = (size + 7) / 8; i < bytes.capacity(); i++) {
      bytes.put(i, (byte) 0);
    }
  }
}
