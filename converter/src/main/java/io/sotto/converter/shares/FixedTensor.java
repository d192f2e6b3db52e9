package io.sotto.converter.shares;

/**
 * A tensor of fixed-point numbers in the clear: {@code [element][image]}, signed, scaled by the
 * format's fraction.
 */
public final class FixedTensor {
  private final ShareFormat format;
  private final int images;
  private final long[] values;

  /** Takes over the array. */
  public FixedTensor(ShareFormat format, int images, long[] values) {
    if (values.length != Math.multiplyExact(format.elements(), images)) {
      throw new IllegalArgumentException(
          "%d numbers given for %d elements and %d images"
              .formatted(values.length, format.elements(), images));
    }
    this.format = format;
    this.images = images;
    this.values = values;
  }

  /** The same numbers in a format that may have fewer bits. */
  public FixedTensor reduced(ShareFormat other, Wraps wraps) {
    if (other.bits() >= format.bits()) {
      return new FixedTensor(other, images, values);
    }
    FixedTensor reduced = new FixedTensor(other, images);
    for (int i = 0; i < values.length; i++) {
      reduced.values[i] = wraps.fit("a value that is taken in fewer bits", other, values[i]);
    }
    return reduced;
  }

  /** Zeros. */
  public FixedTensor(ShareFormat format, int images) {
    this(format, images, new long[Math.multiplyExact(format.elements(), images)]);
  }

  public ShareFormat format() {
    return format;
  }

  public int images() {
    return images;
  }

  /** The scaled values, not a copy. */
  public long[] values() {
    return values;
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
