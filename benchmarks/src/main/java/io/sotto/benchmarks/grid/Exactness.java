package io.sotto.benchmarks.grid;

import io.sotto.data.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * How good predictions are, beside TensorFlow's and the labels.
 *
 * @param accuracy share whose class is the label, null without labels
 * @param plaintextAccuracy the same of TensorFlow's classes
 * @param agreement share whose class is TensorFlow's
 * @param maxError the largest distance of an output from TensorFlow's
 */
record Exactness(
    @Nullable Double accuracy,
    @Nullable Double plaintextAccuracy,
    double agreement,
    double maxError) {

  static Exactness of(Tensor outputs, Tensor plaintext, int @Nullable [] labels) {
    int[] classes = outputs.argMax();
    int[] plaintextClasses = plaintext.argMax();
    return new Exactness(
        labels == null ? null : share(classes, labels),
        labels == null ? null : share(plaintextClasses, labels),
        share(classes, plaintextClasses),
        distance(outputs.values(), plaintext.values()));
  }

  private static double share(int[] classes, int[] expected) {
    int right = 0;
    for (int i = 0; i < classes.length; i++) {
      right += classes[i] == expected[i] ? 1 : 0;
    }
    return (double) right / classes.length;
  }

  private static double distance(float[] values, float[] expected) {
    double largest = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, Math.abs(values[i] - expected[i]));
    }
    return largest;
  }
}
