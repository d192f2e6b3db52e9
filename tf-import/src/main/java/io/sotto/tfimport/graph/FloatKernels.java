package io.sotto.tfimport.graph;

import java.util.Arrays;

/** The float kernel of each kind of node. */
final class FloatKernels implements Node.Visitor<FloatKernel> {
  private final Graph graph;

  FloatKernels(Graph graph) {
    this.graph = graph;
  }

  @Override
  public FloatKernel visit(Input node) {
    throw new IllegalStateException("the input is given, not computed");
  }

  @Override
  public FloatKernel visit(Conv2D node) {
    Shape in = inputShape(node);
    return (inputs, images) -> convolve(node, in, inputs[0], images);
  }

  @Override
  public FloatKernel visit(MatMul node) {
    return (inputs, images) -> multiply(node, inputs[0], images);
  }

  @Override
  public FloatKernel visit(BiasAdd node) {
    float[] bias = node.bias().raw();
    return (inputs, images) -> {
      float[] in = inputs[0];
      float[] out = new float[in.length];
      for (int i = 0; i < in.length; i += bias.length) {
        for (int channel = 0; channel < bias.length; channel++) {
          out[i + channel] = in[i + channel] + bias[channel];
        }
      }
      return out;
    };
  }

  @Override
  public FloatKernel visit(Relu node) {
    return (inputs, images) -> {
      float[] in = inputs[0];
      float[] out = new float[in.length];
      for (int i = 0; i < in.length; i++) {
        out[i] = Math.max(in[i], 0f);
      }
      return out;
    };
  }

  @Override
  public FloatKernel visit(Pad node) {
    Shape in = inputShape(node);
    return (inputs, images) -> pad(node, in, inputs[0], images);
  }

  @Override
  public FloatKernel visit(Reshape node) {
    return (inputs, images) -> inputs[0];
  }

  private Shape inputShape(Node node) {
    return graph.inputsOf(node).get(0).shape();
  }

  // Both products run innermost over the outputs: the weights' contiguous axis, one vector register
  // after the other. Zeros, half of what a ReLU yields, are skipped.

  private static float[] multiply(MatMul node, float[] in, int images) {
    int rows = node.weights().shape().dim(0);
    int columns = node.weights().shape().dim(1);
    float[] weights = node.weights().raw();
    float[] out = new float[Math.multiplyExact(images, columns)];
    float[] sums = new float[columns];
    for (int image = 0; image < images; image++) {
      Arrays.fill(sums, 0);
      for (int row = 0; row < rows; row++) {
        addScaled(sums, in[image * rows + row], weights, row * columns);
      }
      System.arraycopy(sums, 0, out, image * columns, columns);
    }
    return out;
  }

  private static float[] convolve(Conv2D node, Shape shape, float[] in, int images) {
    int height = shape.dim(0);
    int width = shape.dim(1);
    int channels = shape.dim(2);
    int maps = node.outputChannels();
    int outHeight = node.shape().dim(0);
    int outWidth = node.shape().dim(1);
    float[] weights = node.weights().raw();
    float[] out = new float[Math.multiplyExact(images, node.shape().elements())];
    float[] sums = new float[maps];
    int to = 0;
    for (int image = 0; image < images; image++) {
      int picture = image * shape.elements();
      for (int y = 0; y < outHeight; y++) {
        for (int x = 0; x < outWidth; x++) {
          Arrays.fill(sums, 0);
          for (int ky = 0; ky < node.kernelHeight(); ky++) {
            int fromY =
                y * node.stride().height() + ky * node.dilation().height() - node.pads().top();
            if (fromY < 0 || fromY >= height) {
              continue;
            }
            for (int kx = 0; kx < node.kernelWidth(); kx++) {
              int fromX =
                  x * node.stride().width() + kx * node.dilation().width() - node.pads().left();
              if (fromX < 0 || fromX >= width) {
                continue;
              }
              int from = picture + (fromY * width + fromX) * channels;
              int tap = (ky * node.kernelWidth() + kx) * channels * maps;
              for (int channel = 0; channel < channels; channel++) {
                addScaled(sums, in[from + channel], weights, tap + channel * maps);
              }
            }
          }
          System.arraycopy(sums, 0, out, to, maps);
          to += maps;
        }
      }
    }
    return out;
  }

  private static void addScaled(float[] sums, float factor, float[] weights, int offset) {
    if (factor == 0) {
      return;
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] += factor * weights[offset + i];
    }
  }

  // From the innermost padded axis inwards the elements lie together in both tensors.
  private static float[] pad(Pad node, Shape shape, float[] in, int images) {
    int inner = shape.rank();
    while (inner > 0 && node.before().get(inner - 1) == 0 && node.after().get(inner - 1) == 0) {
      inner--;
    }
    if (inner == 0) {
      return in;
    }
    int outerAxes = inner - 1;
    int block = 1;
    for (int axis = inner; axis < shape.rank(); axis++) {
      block *= shape.dim(axis);
    }
    int fromRow = shape.dim(outerAxes) * block;
    int toRow = node.shape().dim(outerAxes) * block;
    int inSize = shape.elements();
    int outSize = node.shape().elements();
    float[] out = new float[Math.multiplyExact(images, outSize)];
    for (int from = 0; from < in.length; from += fromRow) {
      int row = from % inSize / fromRow;
      int toStride = toRow;
      int to = from / inSize * outSize + node.before().get(outerAxes) * block;
      for (int axis = outerAxes - 1; axis >= 0; axis--) {
        to += (row % shape.dim(axis) + node.before().get(axis)) * toStride;
        row /= shape.dim(axis);
        toStride *= node.shape().dim(axis);
      }
      System.arraycopy(in, from, out, to, fromRow);
    }
    return out;
  }
}
