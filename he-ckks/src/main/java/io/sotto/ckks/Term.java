package io.sotto.ckks;

/**
 * One product of a {@link PolynomialMap}: an input, and the coefficients that are given of its
 * weight polynomial.
 *
 * @param places each below the ring's degree
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; large.
record Term(int input, int[] places, int[] weights) {
  /** Adds it in the clear, modulo 2^64. */
  void addTo(long[] out, int at, long[] values, int degree) {
    for (int k = 0; k < places.length; k++) {
      for (int j = 0; j < degree; j++) {
        int place = places[k] + j;
        long product = weights[k] * values[input * degree + j];
        out[at + place % degree] += place < degree ? product : -product;
      }
    }
  }
}
