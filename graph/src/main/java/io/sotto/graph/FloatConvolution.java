package io.sotto.graph;

import java.util.Arrays;

/** A convolution of pictures, all channels of a tap one after the other. */
final class FloatConvolution {
  private final Conv2D node;
  private final Shape in;
  private final int channels;
  private final int maps;
  private final int groupChannels;
  private final int groupMaps;
  private final float[] weights;

  FloatConvolution(Conv2D node, Shape in) {
    this.node = node;
    this.in = in;
    this.channels = in.dim(2);
    this.maps = node.outputChannels();
    this.groupChannels = node.inputChannels();
    this.groupMaps = maps / node.groups();
    this.weights = node.weights().raw();
  }

  float[] apply(float[] values, int images) {
    int size = in.elements();
    int height = node.shape().dim(0);
    int width = node.shape().dim(1);
    float[] out = new float[Math.multiplyExact(images, node.shape().elements())];
    float[] sums = new float[maps];
    int to = 0;
    for (int image = 0; image < images; image++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          Arrays.fill(sums, 0);
          addTaps(values, image * size, y, x, sums);
          System.arraycopy(sums, 0, out, to, maps);
          to += maps;
        }
      }
    }
    return out;
  }

  /** One position: each tap of the kernel that lies inside of the picture. */
  private void addTaps(float[] values, int picture, int y, int x, float[] sums) {
    int height = in.dim(0);
    int width = in.dim(1);
    int columns = node.kernelWidth();
    for (int ky = 0; ky < node.kernelHeight(); ky++) {
      int fromY = y * node.stride().height() + ky * node.dilation().height() - node.pads().top();
      if (fromY < 0 || fromY >= height) {
        continue;
      }
      for (int kx = 0; kx < columns; kx++) {
        int fromX = x * node.stride().width() + kx * node.dilation().width() - node.pads().left();
        if (fromX >= 0 && fromX < width) {
          int from = picture + (fromY * width + fromX) * channels;
          addChannels(values, from, ky * columns + kx, sums);
        }
      }
    }
  }

  private void addChannels(float[] values, int from, int tap, float[] sums) {
    int row = tap * groupChannels;
    for (int channel = 0; channel < channels; channel++) {
      int first = channel / groupChannels * groupMaps;
      int offset = (row + channel % groupChannels) * maps + first;
      FloatProducts.addScaled(sums, first, groupMaps, values[from + channel], weights, offset);
    }
  }
}
