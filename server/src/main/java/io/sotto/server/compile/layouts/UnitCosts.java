package io.sotto.server.compile.layouts;

/**
 * What the parts of a linear step cost on a machine, in microseconds of one core, both parties
 * together, in a ring of degree 2048; others in proportion to their degree.
 *
 * @param upload a ciphertext encrypted, sent, received, and made ready for products of polynomials
 * @param product a product of polynomials with both parts of a ciphertext, its weights in memory
 * @param transform of a weight polynomial that isn't kept
 * @param result a ciphertext re-randomised, sent, received and decrypted
 * @param kilobyte sent and received
 * @param multiplyAdds integer multiplications and additions in a microsecond
 */
record UnitCosts(
    double upload,
    double product,
    double transform,
    double result,
    double kilobyte,
    double multiplyAdds) {
  static final UnitCosts DEFAULT = new UnitCosts(25, 1, 4, 40, 1, 8000);
}
