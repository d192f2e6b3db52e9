package io.sotto.gc.circuit;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.TransposeKernel;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/**
 * Bits of many instances of a circuit: a row for each wire, a column for each instance, rows packed
 * to bits in native memory. Column c of a row is bit c mod 64 of its word c / 64; a row is padded
 * to whole cache lines. Bits beyond the last column are zero.
 *
 * <p><b>Security.</b> May hold secrets: the memory is wiped at close, and no method's time or
 * addresses depend on bits.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Failure.</b> Sizes that don't fit are wrong use.
 */
public final class BitMatrix implements AutoCloseable {
  private static final int LINE_BITS = 512;
  private static final int BLOCK = 64;

  private final NativeBuffer memory;
  private final LongBuffer words;
  private final int rows;
  private final int columns;
  private final int rowWords;

  /** All zero. */
  public BitMatrix(int rows, int columns) {
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          "a matrix of " + rows + " x " + columns + " bits; sizes must not be negative");
    }
    this.rows = rows;
    this.columns = columns;
    this.rowWords =
        Math.multiplyExact(Math.toIntExact(((long) columns + LINE_BITS - 1) / LINE_BITS), 8);
    this.memory = NativeBuffer.allocate(Math.max(64, 8L * Math.multiplyExact(rows, rowWords)));
    this.words = memory.longs();
  }

  /** The low bits of numbers: row i holds bit i of each. */
  public static BitMatrix fromShares(NativeBuffer longs, int count, int bits) {
    return fromShares(longs, count, 0, bits);
  }

  /** Bits of numbers from one on: row i holds bit {@code firstBit + i} of each. */
  public static BitMatrix fromShares(NativeBuffer longs, int count, int firstBit, int bits) {
    BitMatrix matrix = new BitMatrix(bits, count);
    try {
      matrix.setShares(0, longs, firstBit, bits);
      return matrix;
    } catch (RuntimeException | Error e) {
      matrix.close();
      throw e;
    }
  }

  /** Writes each column as a number; there must be at most 64 rows. */
  public void toShares(NativeBuffer longs) {
    getShares(0, longs, rows);
  }

  /** Sets some rows to the low bits of numbers, one number a column. */
  public void setShares(int firstRow, NativeBuffer longs, int bits) {
    setShares(firstRow, longs, 0, bits);
  }

  private void setShares(int firstRow, NativeBuffer longs, int firstBit, int bits) {
    requireShares(firstRow, longs, bits);
    if (firstBit < 0 || firstBit > BLOCK - bits) {
      throw new IllegalArgumentException(
          bits + " bits from bit " + firstBit + " on; numbers have 64");
    }
    TransposeKernel.toRows(longs, columns, firstBit, bits, rowBytes(), rows(firstRow));
  }

  /** Writes some rows as numbers, one a column, lowest bit in the first row. */
  public void getShares(int firstRow, NativeBuffer longs, int bits) {
    requireShares(firstRow, longs, bits);
    TransposeKernel.toNumbers(rows(firstRow), rowBytes(), bits, columns, longs);
  }

  private NativeBuffer rows(int first) {
    return memory.slice((long) first * rowBytes());
  }

  private void requireShares(int firstRow, NativeBuffer longs, int bits) {
    if (bits < 0 || bits > BLOCK || firstRow < 0 || firstRow > rows - bits) {
      throw new IllegalArgumentException(
          bits
              + " rows from row "
              + firstRow
              + " on: at most 64 and within the "
              + rows
              + " rows are allowed");
    }
    if (longs.size() < 8L * columns) {
      throw new IllegalArgumentException(
          "a buffer of " + longs.size() + " bytes for " + columns + " numbers of 8 bytes");
    }
  }

  /** Wires. */
  public int rows() {
    return rows;
  }

  /** Instances. */
  public int columns() {
    return columns;
  }

  /** One bit; for tests and small uses. */
  public boolean get(int row, int column) {
    requirePlace(row, column);
    return (words.get(row * rowWords + column / BLOCK) >>> column & 1) != 0;
  }

  /** Sets one bit; for tests and small uses. */
  public void set(int row, int column, boolean value) {
    requirePlace(row, column);
    int at = row * rowWords + column / BLOCK;
    long bit = 1L << column;
    words.put(at, (words.get(at) & ~bit) | (value ? bit : 0));
  }

  private void requirePlace(int row, int column) {
    if (row < 0 || row >= rows || column < 0 || column >= columns) {
      throw new IndexOutOfBoundsException(
          "bit (" + row + ", " + column + ") of a matrix of " + rows + " x " + columns);
    }
  }

  /** Words from one row to the next. */
  public int rowWords() {
    return rowWords;
  }

  /** Bytes from one row to the next. */
  public int rowBytes() {
    return 8 * rowWords;
  }

  /** The memory; whoever writes keeps the bits beyond the last column zero. */
  public NativeBuffer memory() {
    return memory;
  }

  /** A view of all words, rows after one another. */
  public LongBuffer words() {
    return words.duplicate();
  }

  /** A view of all bytes, rows after one another. */
  public ByteBuffer bytes() {
    return memory.bytes();
  }

  @Override
  public void close() {
    memory.close();
  }
}
