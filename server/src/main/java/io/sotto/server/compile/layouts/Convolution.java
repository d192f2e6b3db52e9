package io.sotto.server.compile.layouts;

import java.util.BitSet;
import java.util.List;

/**
 * A linear map as a convolution of planes: output channel m at (y, x) is the sum over its taps of
 * weight times plane at (y + ky, x + kx). A plane is a channel of an input, or every s-th row and
 * column of one, so that strides are gone. A dense map has one position, and a plane for each of
 * its inputs.
 *
 * @param rows of positions
 * @param columns of positions
 * @param channels of the output; its element (y, x, m) has number (y * columns + x) * channels + m
 * @param kernelRows ky is below this
 * @param kernelColumns kx is below this
 */
record Convolution(
    int rows,
    int columns,
    int channels,
    int kernelRows,
    int kernelColumns,
    List<Plane> planes,
    List<Group> groups) {
  /** No element. */
  static final int NONE = -1;

  /**
   * Some elements in two dimensions, zeros around them.
   *
   * @param first number of its first element
   * @param height rows
   * @param width columns
   * @param rowStride from an element to the one below
   * @param columnStride from an element to the one to the right
   * @param top where its first row lies
   * @param left where its first column lies
   */
  record Plane(
      int first, int height, int width, int rowStride, int columnStride, int top, int left) {
    /** The number of the element at a place, or {@link #NONE}. */
    int element(int y, int x) {
      int row = y - top;
      int column = x - left;
      return row >= 0 && row < height && column >= 0 && column < width
          ? first + row * rowStride + column * columnStride
          : NONE;
    }
  }

  /**
   * Some consecutive output channels that have the same taps.
   *
   * @param planes of each tap
   * @param ky of each tap
   * @param kx of each tap
   * @param weights channel by channel, one for each tap
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; large.
  record Group(int firstChannel, int channels, int[] planes, int[] ky, int[] kx, int[] weights) {
    int taps() {
      return planes.length;
    }

    int end() {
      return firstChannel + channels;
    }

    /** The uploads with so many planes that it takes. */
    private BitSet inputs(int planesOfUpload) {
      BitSet inputs = new BitSet();
      for (int plane : planes) {
        inputs.set(plane / planesOfUpload);
      }
      return inputs;
    }
  }

  /** The uploads with so many planes that each group of channels takes. */
  List<BitSet> inputsOfGroups(int planesOfUpload) {
    return groups.stream().map(group -> group.inputs(planesOfUpload)).toList();
  }

  /** How many inputs all results with so many channels take, given those of groups. */
  int terms(List<BitSet> inputsOfGroups, int channelsOfResult) {
    int terms = 0;
    int group = 0;
    for (int first = 0; first < channels; first += channelsOfResult) {
      int end = first + channelsOfResult;
      while (groups.get(group).end() <= first) {
        group++;
      }
      BitSet inputs = inputsOfGroups.get(group);
      if (groups.get(group).end() < end) {
        inputs = (BitSet) inputs.clone();
        for (int g = group + 1; g < groups.size() && groups.get(g).firstChannel < end; g++) {
          inputs.or(inputsOfGroups.get(g));
        }
      }
      terms += inputs.cardinality();
    }
    return terms;
  }

  int outputs() {
    return rows * columns * channels;
  }

  /** For each channel the sum of its squared weights. */
  double[] squares() {
    double[] squares = new double[channels];
    for (Group group : groups) {
      for (int i = 0; i < group.weights().length; i++) {
        double weight = group.weights()[i];
        squares[group.firstChannel() + i / group.taps()] += weight * weight;
      }
    }
    return squares;
  }
}
