package io.sotto.ckks;

import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;

/** Polynomials given by their coefficients. */
public final class CoefficientPolys extends Polynomials {
  /** Takes over the buffer, which holds canonical residues. */
  public CoefficientPolys(Ring ring, int count, NativeBuffer residues) {
    super(ring, count, residues);
  }

  /** Zeros. */
  public static CoefficientPolys allocate(Ring ring, int count) {
    return new CoefficientPolys(ring, count, memory(ring, count));
  }

  /**
   * Encodes wide numbers aligned to the top of the modulus: v in Z_{2^wideBits} becomes round(v * q
   * / 2^wideBits), so that what wraps modulo 2^wideBits wraps modulo q.
   *
   * @param values count rows of `used` longs, of which the low wideBits bits count
   * @param used numbers a row, one a coefficient from the first on; the other coefficients are zero
   */
  public static CoefficientPolys encode(
      Ring ring, NativeBuffer values, int count, int used, int wideBits) {
    requireUsed(ring, used);
    requireSize(values, count, used);
    CoefficientPolys polys = allocate(ring, count);
    try {
      polys.encodeRows(0, values, count, used, wideBits);
      return polys;
    } catch (RuntimeException | Error e) {
      polys.close();
      throw e;
    }
  }

  /** As {@link #encode}, into some consecutive polynomials of these. */
  public void encodeRows(int first, NativeBuffer values, int rows, int used, int wideBits) {
    requireUsed(ring(), used);
    requireSize(values, rows, used);
    for (int row = 0; row < rows; row++) {
      FixedPointKernel.toRing(
          row(values, row, used), wideBits, ring().modulus(), head(this, first + row, used));
    }
  }

  /** A copy of the first `used` coefficients of some consecutive polynomials, without gaps. */
  NativeBuffer heads(int first, int rows, int used) {
    NativeBuffer all = rows(first, rows);
    NativeBuffer heads = NativeBuffer.allocate(Math.multiplyExact(rows, used * (long) Long.BYTES));
    if (used == ring().degree()) {
      heads.bytes().put(all.bytes());
      return heads;
    }
    for (int i = 0; i < rows; i++) {
      row(heads, i, used).bytes().put(head(this, first + i, used).bytes());
    }
    return heads;
  }

  /** Sets the first coefficients of all polynomials to the rows of a buffer. */
  void setHeads(NativeBuffer heads, int used) {
    for (int i = 0; i < count(); i++) {
      head(this, i, used).bytes().put(row(heads, i, used).bytes());
    }
  }

  /** The same polynomials at the roots of X^N + 1, in the same memory: this object is used up. */
  public NttPolys toNtt() {
    ring().handle().toNtt(buffer(), count());
    return new NttPolys(ring(), count(), move());
  }

  static void requireUsed(Ring ring, int used) {
    if (used < 1 || used > ring.degree()) {
      throw new IllegalArgumentException(
          used + " coefficients used; this ring's polynomials have 1 to " + ring.degree());
    }
  }

  static void requireSize(NativeBuffer numbers, int count, int used) {
    long bytes = Math.multiplyExact((long) count, used * (long) Long.BYTES);
    if (numbers.size() != bytes) {
      throw new IllegalArgumentException(
          "a buffer of "
              + numbers.size()
              + " bytes for "
              + count
              + " rows of "
              + used
              + " numbers, which fill "
              + bytes);
    }
  }

  static NativeBuffer row(NativeBuffer numbers, int row, int used) {
    long bytes = used * (long) Long.BYTES;
    return numbers.slice(row * bytes, bytes);
  }

  static NativeBuffer head(Polynomials polys, int row, int used) {
    return polys.rows(row, 1).slice(0, used * (long) Long.BYTES);
  }
}
