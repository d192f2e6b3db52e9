package io.sotto.graph;

import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;

/**
 * The windows of a pooling over a height x width x channels picture: their size, their distance,
 * and the rows and columns around the picture that they may reach into. What lies outside of the
 * picture never counts, and every window holds a part of the picture.
 */
public record Window(Step size, Step stride, Margins pads) {

  public Window {
    if (pads.top() >= size.height()
        || pads.bottom() >= size.height()
        || pads.left() >= size.width()
        || pads.right() >= size.width()) {
      throw new IllegalArgumentException(
          "a window of %s is to hold a part of the picture, so its pads are smaller, unlike %s"
              .formatted(size, pads.print()));
    }
  }

  /** One window over the whole of a picture. */
  public static Window over(Shape picture) {
    return new Window(new Step(picture.dim(0), picture.dim(1)), Step.ONE, Margins.NONE);
  }

  Shape outputShape(String name, Shape in) {
    if (in.rank() != 3) {
      throw new IllegalArgumentException(
          "%s: pooling takes height x width x channels, not %s".formatted(name, in));
    }
    int height =
        Conv2D.outputs(in.dim(0), pads.top(), pads.bottom(), size.height(), 1, stride.height());
    int width =
        Conv2D.outputs(in.dim(1), pads.left(), pads.right(), size.width(), 1, stride.width());
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "%s: a window of %s is larger than its input of %s".formatted(name, size, in));
    }
    return Shape.of(height, width, in.dim(2));
  }

  /** The first row of the picture in the windows of this row of the result. */
  public int firstRow(int row) {
    return Math.max(0, row * stride.height() - pads.top());
  }

  /** One past the last row of the picture in these windows; {@code height} is the picture's. */
  public int endRow(int row, int height) {
    return Math.min(height, row * stride.height() - pads.top() + size.height());
  }

  /** As {@link #firstRow}, of columns. */
  public int firstColumn(int column) {
    return Math.max(0, column * stride.width() - pads.left());
  }

  /** As {@link #endRow}, of columns. */
  public int endColumn(int column, int width) {
    return Math.min(width, column * stride.width() - pads.left() + size.width());
  }

  String details() {
    String text = "window %s, stride %s".formatted(size, stride);
    return pads.equals(Margins.NONE) ? text : text + ", pads " + pads.print();
  }
}
