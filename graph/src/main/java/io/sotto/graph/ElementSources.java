package io.sotto.graph;

import java.util.Arrays;

/**
 * Which elements of its input, row-major, the elements of a node's result come from: the geometry
 * of convolutions, poolings and pads, without their numbers.
 */
public final class ElementSources {
  /** In place of an element where nothing is taken, which counts as zero. */
  public static final int NOTHING = -1;

  private ElementSources() {}

  /**
   * What one position of a convolution takes for one group, in the order of the kernel's own axes:
   * row, column, channel.
   */
  public static int[] of(Conv2D node, Shape in, int y, int x, int group) {
    int channels = node.inputChannels();
    int[] sources = new int[node.kernelHeight() * node.kernelWidth() * channels];
    int tap = 0;
    for (int ky = 0; ky < node.kernelHeight(); ky++) {
      int fromY = y * node.stride().height() + ky * node.dilation().height() - node.pads().top();
      for (int kx = 0; kx < node.kernelWidth(); kx++) {
        int fromX = x * node.stride().width() + kx * node.dilation().width() - node.pads().left();
        boolean inside = fromY >= 0 && fromY < in.dim(0) && fromX >= 0 && fromX < in.dim(1);
        int first = (fromY * in.dim(1) + fromX) * in.dim(2) + group * channels;
        for (int channel = 0; channel < channels; channel++) {
          sources[tap++] = inside ? first + channel : NOTHING;
        }
      }
    }
    return sources;
  }

  /** What a window at one position of a pooling's result takes: only elements of the picture. */
  public static int[] of(Window window, Shape in, int y, int x, int channel) {
    int endRow = window.endRow(y, in.dim(0));
    int endColumn = window.endColumn(x, in.dim(1));
    int rows = endRow - window.firstRow(y);
    int columns = endColumn - window.firstColumn(x);
    int[] sources = new int[rows * columns];
    int at = 0;
    for (int row = window.firstRow(y); row < endRow; row++) {
      for (int column = window.firstColumn(x); column < endColumn; column++) {
        sources[at++] = (row * in.dim(1) + column) * in.dim(2) + channel;
      }
    }
    return sources;
  }

  /** For each element of a padded tensor the one that it is, or {@link #NOTHING} in the pads. */
  public static int[] of(Pad node, Shape in) {
    int[] sources = new int[node.shape().elements()];
    Arrays.fill(sources, NOTHING);
    for (int element = 0; element < in.elements(); element++) {
      int rest = element;
      int to = 0;
      int stride = 1;
      for (int axis = in.rank() - 1; axis >= 0; axis--) {
        to += (rest % in.dim(axis) + node.before().get(axis)) * stride;
        rest /= in.dim(axis);
        stride *= node.shape().dim(axis);
      }
      sources[to] = element;
    }
    return sources;
  }
}
