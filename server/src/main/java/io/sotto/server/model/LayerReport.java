package io.sotto.server.model;

/**
 * What compilation decided about one step of a plan, for people.
 *
 * @param name the model's own name for it
 * @param weightFraction fraction bits of its weights, 0 for a step without
 * @param parameters weights and biases
 * @param expected the largest magnitude that calibration saw, or the bound
 * @param capacity the largest magnitude that the format holds
 * @param noiseBits the bound of the noise in the step's ciphertexts, as log2; NaN if it has none
 * @param noiseMarginBits by how many bits the noise stays below what would change a result; NaN if
 *     it has none
 * @param explanation why the formats are as they are
 */
public record LayerReport(
    String name,
    int weightFraction,
    long parameters,
    double expected,
    double capacity,
    double noiseBits,
    double noiseMarginBits,
    String explanation) {

  /** How many more bits the format has than the values need: log2(capacity / expected). */
  public double headroomBits() {
    return Math.log(capacity / expected) / Math.log(2);
  }
}
