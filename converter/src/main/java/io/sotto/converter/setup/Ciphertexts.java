package io.sotto.converter.setup;

/**
 * What a user may know of ciphertexts.
 *
 * @param degree coefficients of a polynomial
 * @param modulusBits of the largest modulus
 * @param description a sentence without a full stop
 */
public record Ciphertexts(int degree, int modulusBits, String description) {}
