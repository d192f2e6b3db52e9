package io.sotto.graph;

/** What one node computes in floats over some images. Stateless. */
@FunctionalInterface
interface FloatKernel {

  /**
   * Computes the node's result for all images.
   *
   * @param inputs one array an input, image after image; only read
   * @return the result, image after image; may be an input itself
   */
  float[] run(float[][] inputs, int images);
}
