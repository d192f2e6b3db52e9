package io.sotto.converter.shares;

/**
 * A tensor of fixed-point numbers in the clear, for twins: {@code [element][image]}, signed, scaled
 * by the format's fraction.
 */
public record FixedTensor(ShareFormat format, int images, long[] values) {
  public FixedTensor {
    if (values.length != Math.multiplyExact(format.elements(), images)) {
      throw new IllegalArgumentException(
          "%d numbers given for %d elements and %d images"
              .formatted(values.length, format.elements(), images));
    }
  }

  public FixedTensor(ShareFormat format, int images) {
    this(format, images, new long[Math.multiplyExact(format.elements(), images)]);
  }

  /** The scaled value of one element of one image. */
  public long get(int element, int image) {
    return values[element * images + image];
  }

  /** The value itself. */
  public double real(int element, int image) {
    return get(element, image) * format.unit();
  }
}
