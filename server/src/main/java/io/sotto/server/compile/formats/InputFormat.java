package io.sotto.server.compile.formats;

/** An input as the client encodes it: the largest scaled magnitude, and the fraction. */
public record InputFormat(long limit, int fraction) {
  double realLimit() {
    return Math.scalb((double) limit, -fraction);
  }

  /** Bits that hold the limit in two's complement. */
  int bits() {
    return 1 + Long.SIZE - Long.numberOfLeadingZeros(limit);
  }
}
