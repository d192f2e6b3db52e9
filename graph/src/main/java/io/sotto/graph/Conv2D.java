package io.sotto.graph;

import java.util.List;

/**
 * A two-dimensional convolution (cross-correlation, as TensorFlow has it) of a height x width x
 * channels picture; weights are height x width x inputs x outputs. Its padding is resolved: rows
 * and columns of zeros on each side.
 *
 * <p>In groups, the channels are cut into as many equal parts as there are groups, the outputs too,
 * and each part of the outputs sees its part of the channels only; the weights' inputs are those of
 * one part. As many groups as channels make a depthwise convolution.
 */
public record Conv2D(
    String name,
    String input,
    Shape shape,
    Weights weights,
    Step stride,
    Step dilation,
    Margins pads,
    int groups)
    implements WeightedNode {

  /** Vertical and horizontal distance, at least 1. */
  public record Step(int height, int width) {
    public static final Step ONE = new Step(1, 1);

    public Step {
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "strides and dilations are at least 1, not %dx%d".formatted(height, width));
      }
    }

    @Override
    public String toString() {
      return height + "x" + width;
    }
  }

  /** Rows and columns of zeros around a picture. */
  public record Margins(int top, int bottom, int left, int right) {
    public static final Margins NONE = new Margins(0, 0, 0, 0);

    public Margins {
      if (top < 0 || bottom < 0 || left < 0 || right < 0) {
        throw new IllegalArgumentException(
            "pads are not negative, unlike %d,%d,%d,%d".formatted(top, bottom, left, right));
      }
    }

    String print() {
      return "%d,%d,%d,%d".formatted(top, bottom, left, right);
    }

    /**
     * TensorFlow's SAME: as many outputs as the input divided by the stride, rounded up; the odd
     * zero goes to the bottom and to the right.
     */
    public static Margins same(Shape picture, Shape kernel, Step stride, Step dilation) {
      int vertical = same(picture.dim(0), kernel.dim(0), stride.height(), dilation.height());
      int horizontal = same(picture.dim(1), kernel.dim(1), stride.width(), dilation.width());
      return new Margins(
          vertical / 2, vertical - vertical / 2, horizontal / 2, horizontal - horizontal / 2);
    }

    private static int same(int size, int kernel, int stride, int dilation) {
      int outputs = (size - 1) / stride + 1;
      long needed = (outputs - 1L) * stride + (kernel - 1L) * dilation + 1;
      return Math.toIntExact(Math.max(0, needed - size));
    }
  }

  public static Conv2D of(
      String name, Node input, Weights weights, Step stride, Step dilation, Margins pads) {
    return of(name, input, weights, stride, dilation, pads, 1);
  }

  public static Conv2D of(
      String name,
      Node input,
      Weights weights,
      Step stride,
      Step dilation,
      Margins pads,
      int groups) {
    Shape shape = outputShape(name, input.shape(), weights.shape(), stride, dilation, pads, groups);
    return new Conv2D(name, input.name(), shape, weights, stride, dilation, pads, groups);
  }

  @Override
  public Conv2D withWeights(Weights other) {
    return new Conv2D(name, input, shape, other, stride, dilation, pads, groups);
  }

  public int kernelHeight() {
    return weights.shape().dim(0);
  }

  public int kernelWidth() {
    return weights.shape().dim(1);
  }

  /** The channels that one output sees. */
  public int inputChannels() {
    return weights.shape().dim(2);
  }

  public int outputChannels() {
    return weights.shape().dim(3);
  }

  @Override
  public Conv2D withInputs(List<String> names) {
    return new Conv2D(name, Node.only(this, names), shape, weights, stride, dilation, pads, groups);
  }

  @Override
  public Shape shapeFrom(List<Shape> inputShapes) {
    return outputShape(
        name, Node.single(this, inputShapes), weights.shape(), stride, dilation, pads, groups);
  }

  private static Shape outputShape(
      String name, Shape in, Shape kernel, Step stride, Step dilation, Margins pads, int groups) {
    if (groups < 1
        || in.rank() != 3
        || kernel.rank() != 4
        || (long) kernel.dim(2) * groups != in.dim(2)
        || kernel.dim(3) % groups != 0) {
      throw new IllegalArgumentException(
          "%s: an input of shape %s (height x width x channels) does not fit a kernel of %s (height x"
                  .formatted(name, in, kernel)
              + " width x inputs x outputs) in groups: %d".formatted(groups));
    }
    int height =
        outputs(
            in.dim(0),
            pads.top(),
            pads.bottom(),
            kernel.dim(0),
            dilation.height(),
            stride.height());
    int width =
        outputs(
            in.dim(1), pads.left(), pads.right(), kernel.dim(1), dilation.width(), stride.width());
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "%s: a kernel of %dx%d, dilated %s, is larger than its input of %s"
              .formatted(name, kernel.dim(0), kernel.dim(1), dilation, in));
    }
    return Shape.of(height, width, kernel.dim(3));
  }

  static int outputs(int size, int before, int after, int kernel, int dilation, int stride) {
    long room = (long) size + before + after - ((kernel - 1L) * dilation + 1);
    return room < 0 ? 0 : Math.toIntExact(room / stride + 1);
  }

  @Override
  public String details() {
    StringBuilder text = new StringBuilder("weights " + weights.shape() + ", stride " + stride);
    if (!pads.equals(Margins.NONE)) {
      text.append(", pads ").append(pads.print());
    }
    if (!dilation.equals(Step.ONE)) {
      text.append(", dilation ").append(dilation);
    }
    if (groups != 1) {
      text.append(", groups ").append(groups);
    }
    return text.toString();
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
