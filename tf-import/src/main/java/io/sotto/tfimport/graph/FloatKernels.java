package io.sotto.tfimport.graph;

import java.util.Arrays;
import java.util.List;

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

  private static float[] pad(Pad node, Shape shape, float[] in, int images) {
    int outSize = node.shape().elements();
    float[] out = new float[Math.multiplyExact(images, outSize)];
    int row = shape.rank() == 0 ? 1 : shape.lastDim();
    List<Integer> before = node.before();
    int[] position = new int[Math.max(0, shape.rank() - 1)];
    for (int from = 0; from < in.length; from += row) {
      int image = from / shape.elements();
      int rest = from % shape.elements() / row;
      for (int axis = position.length - 1; axis >= 0; axis--) {
        position[axis] = rest % shape.dim(axis);
        rest /= shape.dim(axis);
      }
      int to = 0;
      for (int axis = 0; axis < position.length; axis++) {
        to = to * node.shape().dim(axis) + position[axis] + before.get(axis);
      }
      if (shape.rank() > 0) {
        to = to * node.shape().lastDim() + before.get(shape.rank() - 1);
      }
      System.arraycopy(in, from, out, image * outSize + to, row);
    }
    return out;
  }
}
