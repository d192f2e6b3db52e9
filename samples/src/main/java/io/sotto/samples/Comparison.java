package io.sotto.samples;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.data.Tensor;

/**
 * Encrypted predictions against the labels, TensorFlow's predictions and the fixed-point twin's.
 *
 * @param correct images whose class is the label
 * @param plaintextCorrect images whose class by TensorFlow is the label
 * @param agreeing images whose class is TensorFlow's
 * @param maxLogitError in units in the last place of the twin's format
 */
public record Comparison(
    int images, int correct, int plaintextCorrect, int agreeing, double maxLogitError) {
  /** The share of images that must agree with TensorFlow's class. */
  private static final double MIN_AGREEMENT = 0.998;

  /** So many may differ even where the share would allow fewer: a small batch says little. */
  private static final int FEW = 2;

  static Comparison of(Tensor predicted, Tensor plaintext, FixedTensor twin, int[] labels) {
    int images = predicted.rows();
    int width = predicted.rowElements();
    if (plaintext.rows() != images || twin.images() != images || labels.length != images) {
      throw new IllegalArgumentException("not the same images");
    }
    if (plaintext.rowElements() != width || twin.format().elements() != width) {
      throw new IllegalArgumentException("not the same outputs");
    }
    int[] classes = predicted.argMax();
    int[] plaintextClasses = plaintext.argMax();
    int correct = 0;
    int plaintextCorrect = 0;
    int agreeing = 0;
    double error = 0;
    for (int image = 0; image < images; image++) {
      correct += classes[image] == labels[image] ? 1 : 0;
      plaintextCorrect += plaintextClasses[image] == labels[image] ? 1 : 0;
      agreeing += classes[image] == plaintextClasses[image] ? 1 : 0;
      for (int i = 0; i < width; i++) {
        double distance = predicted.values()[image * width + i] - twin.real(i, image);
        error = Math.max(error, Math.abs(distance) / twin.format().unit());
      }
    }
    return new Comparison(images, correct, plaintextCorrect, agreeing, error);
  }

  public double accuracy() {
    return (double) correct / images;
  }

  public double plaintextAccuracy() {
    return (double) plaintextCorrect / images;
  }

  public double agreement() {
    return (double) agreeing / images;
  }

  /** Throws if this isn't what encrypted inference promises. */
  public void requireGood() {
    double mayDiffer = Math.max(FEW, Math.floor((1 - MIN_AGREEMENT) * images));
    if (images - agreeing > mayDiffer) {
      throw new SampleException(
          "only %d of %d encrypted predictions are TensorFlow's; %.0f may differ"
              .formatted(agreeing, images, mayDiffer));
    }
    if (maxLogitError != 0) {
      throw new SampleException(
          "an output is %.1f units in the last place from the fixed-point twin's; they are equal"
              .formatted(maxLogitError));
    }
  }
}
