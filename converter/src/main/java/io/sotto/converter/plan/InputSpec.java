package io.sotto.converter.plan;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.TensorShape;

/**
 * What a client feeds into a plan: images of this shape, every number within {@code [-limit,
 * limit]}.
 *
 * @param format exact, with the server's share being zero
 * @param limit the largest magnitude, as a scaled number of the format
 */
public record InputSpec(TensorShape shape, ExactFormat format, long limit) {
  public InputSpec {
    if (shape.elements() != format.elements()) {
      throw new IllegalArgumentException(
          "an input of shape %s has %d elements, its format %d"
              .formatted(shape, shape.elements(), format.elements()));
    }
    if (limit < 1 || limit > format.max()) {
      throw new IllegalArgumentException(
          "the input limit is %d; allowed are 1..%d".formatted(limit, format.max()));
    }
  }

  /** The range as the user's numbers. */
  public double realLimit() {
    return limit * format.unit();
  }

  /**
   * Turns floats (image-major) into fixed point (element-major), rounding to nearest.
   *
   * @throws IllegalArgumentException naming the first number that is out of range or not a number
   */
  public FixedTensor quantize(float[] batch) {
    return quantize(batch, false);
  }

  /**
   * As {@link #quantize}, with what is outside the range taken as its end; infinite numbers, too.
   *
   * @throws IllegalArgumentException naming the first that is not a number
   */
  public FixedTensor clip(float[] batch) {
    return quantize(batch, true);
  }

  /** How many numbers {@link #clip} changes by more than rounding. */
  public int outside(float[] batch) {
    int count = 0;
    for (float value : batch) {
      count += Math.abs(scaled(value)) > limit ? 1 : 0;
    }
    return count;
  }

  private double scaled(float value) {
    return Math.rint(Math.scalb((double) value, format.fraction()));
  }

  private FixedTensor quantize(float[] batch, boolean clips) {
    int elements = format.elements();
    if (batch.length == 0 || batch.length % elements != 0) {
      throw new IllegalArgumentException(
          "%d numbers given; images of shape %s take a multiple of %d"
              .formatted(batch.length, shape, elements));
    }
    int images = batch.length / elements;
    FixedTensor fixed = new FixedTensor(format, images);
    double most = limit;
    for (int image = 0; image < images; image++) {
      for (int element = 0; element < elements; element++) {
        double scaled = scaled(batch[image * elements + element]);
        if (clips) {
          scaled = Math.max(-most, Math.min(most, scaled));
        }
        if (!(Math.abs(scaled) <= most)) {
          throw new IllegalArgumentException(
              "the input of image %d at element %d is %s -%s..%s, which this model takes"
                  .formatted(
                      image,
                      element,
                      Double.isNaN(scaled) ? "no number, so not within" : "not within",
                      realLimit(),
                      realLimit()));
        }
        fixed.values()[element * images + image] = (long) scaled;
      }
    }
    return fixed;
  }
}
