package io.sotto.ckks;

import io.sotto.natives.NativeBuffer;

/**
 * Polynomials of one ring in native memory: a row of N residues each, in [0, q). Which form the
 * residues have is the subclass.
 *
 * <p><b>Security.</b> Contents are wiped when closed.
 *
 * <p><b>Threading.</b> As its memory: one thread at a time writes.
 *
 * <p><b>Failure.</b> Use after {@link #close}, or after the memory went to another owner, is an
 * {@link IllegalStateException}.
 */
public abstract sealed class Polynomials implements AutoCloseable
    permits CoefficientPolys, NttPolys {
  private final Ring ring;
  private final int count;
  private final NativeBuffer buffer;
  private boolean moved;

  Polynomials(Ring ring, int count, NativeBuffer buffer) {
    long bytes = bytes(ring, requireCount(count));
    if (buffer.size() != bytes) {
      throw new IllegalArgumentException(
          "a buffer of "
              + buffer.size()
              + " bytes for "
              + count
              + " polynomials, which fill "
              + bytes);
    }
    this.ring = ring;
    this.count = count;
    this.buffer = buffer;
  }

  /** Zeroed memory for so many polynomials. */
  static NativeBuffer memory(Ring ring, int count) {
    return NativeBuffer.allocate(bytes(ring, requireCount(count)));
  }

  private static int requireCount(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(count + " polynomials; at least one is needed");
    }
    return count;
  }

  static long bytes(Ring ring, int count) {
    return Math.multiplyExact((long) count, ring.degree() * (long) Long.BYTES);
  }

  public Ring ring() {
    return ring;
  }

  /** How many polynomials. */
  public int count() {
    return count;
  }

  /** All residues, row after row; a view. */
  public NativeBuffer buffer() {
    requireHere();
    return buffer;
  }

  /** The residues of some consecutive polynomials; a view. */
  public NativeBuffer rows(int first, int rows) {
    requireHere();
    if (first < 0 || rows < 1 || rows > count - first) {
      throw new IndexOutOfBoundsException(
          "polynomials " + first + " to " + ((long) first + rows) + " of " + count);
    }
    return buffer.slice(bytes(ring, first), bytes(ring, rows));
  }

  /** Gives the memory to a new owner. */
  NativeBuffer move() {
    requireHere();
    moved = true;
    return buffer;
  }

  private void requireHere() {
    if (moved) {
      throw new IllegalStateException("these polynomials have been turned into others");
    }
  }

  @Override
  public void close() {
    if (!moved) {
      buffer.close();
    }
  }
}
