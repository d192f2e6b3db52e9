package io.sotto.graph;

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
  public FloatKernel visit(Scale node) {
    float[] factors = node.factors();
    float[] offsets = node.offsets();
    return (inputs, images) -> {
      float[] in = inputs[0];
      float[] out = new float[in.length];
      for (int i = 0; i < in.length; i += factors.length) {
        for (int j = 0; j < factors.length; j++) {
          out[i + j] = factors[j] * in[i + j] + offsets[j];
        }
      }
      return out;
    };
  }

  @Override
  public FloatKernel visit(Add node) {
    return (inputs, images) -> {
      float[] out = new float[inputs[0].length];
      for (int j = 0; j < inputs.length; j++) {
        float sign = node.signs().get(j);
        for (int i = 0; i < out.length; i++) {
          out[i] += sign * inputs[j][i];
        }
      }
      return out;
    };
  }

  @Override
  public FloatKernel visit(Multiply node) {
    return (inputs, images) -> {
      float[] out = new float[inputs[0].length];
      for (int i = 0; i < out.length; i++) {
        out[i] = inputs[0][i] * inputs[1][i];
      }
      return out;
    };
  }

  @Override
  public FloatKernel visit(Relu node) {
    return each(x -> Math.max(x, 0f));
  }

  @Override
  public FloatKernel visit(Clip node) {
    return each(x -> Math.min(Math.max(x, node.low()), node.high()));
  }

  /** A function of one number. */
  private interface Pointwise {
    float apply(float x);
  }

  private static FloatKernel each(Pointwise function) {
    return (inputs, images) -> {
      float[] in = inputs[0];
      float[] out = new float[in.length];
      for (int i = 0; i < in.length; i++) {
        out[i] = function.apply(in[i]);
      }
      return out;
    };
  }

  @Override
  public FloatKernel visit(LeakyRelu node) {
    float[] slopes = node.slopes();
    return (inputs, images) -> {
      float[] in = inputs[0];
      float[] out = new float[in.length];
      for (int i = 0; i < in.length; i += slopes.length) {
        for (int j = 0; j < slopes.length; j++) {
          out[i + j] = leaky(in[i + j], slopes[j]);
        }
      }
      return out;
    };
  }

  static float leaky(float x, float slope) {
    return x > 0 ? x : slope * x;
  }

  @Override
  public FloatKernel visit(MaxPool node) {
    Shape in = inputShape(node);
    return (inputs, images) -> pool(node, node.window(), in, inputs[0], images, true);
  }

  @Override
  public FloatKernel visit(AvgPool node) {
    Shape in = inputShape(node);
    return (inputs, images) -> pool(node, node.window(), in, inputs[0], images, false);
  }

  @Override
  public FloatKernel visit(Gather node) {
    int[] indices = node.indices().toArray();
    List<Node> from = graph.inputsOf(node);
    int[] source = new int[indices.length];
    int[] element = new int[indices.length];
    int[] sizes = from.stream().mapToInt(input -> input.shape().elements()).toArray();
    for (int i = 0; i < indices.length; i++) {
      int rest = indices[i];
      while (rest >= sizes[source[i]]) {
        rest -= sizes[source[i]++];
      }
      element[i] = rest;
    }
    return (inputs, images) -> {
      float[] out = new float[Math.multiplyExact(images, indices.length)];
      int to = 0;
      for (int image = 0; image < images; image++) {
        for (int i = 0; i < indices.length; i++) {
          out[to++] = inputs[source[i]][image * sizes[source[i]] + element[i]];
        }
      }
      return out;
    };
  }

  @Override
  public FloatKernel visit(Softmax node) {
    int classes = node.shape().lastDim();
    return (inputs, images) -> {
      float[] out = new float[inputs[0].length];
      for (int row = 0; row < out.length; row += classes) {
        softmax(inputs[0], out, row, classes);
      }
      return out;
    };
  }

  @Override
  public FloatKernel visit(ArgMax node) {
    int classes = inputShape(node).lastDim();
    return (inputs, images) -> {
      float[] in = inputs[0];
      float[] out = new float[in.length / classes];
      for (int row = 0; row < out.length; row++) {
        int best = 0;
        for (int i = 1; i < classes; i++) {
          if (in[row * classes + i] > in[row * classes + best]) {
            best = i;
          }
        }
        out[row] = best;
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

  Shape inputShape(Node node) {
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
        addScaled(sums, 0, columns, in[image * rows + row], weights, row * columns);
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
    int groupChannels = node.inputChannels();
    int groupMaps = maps / node.groups();
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
              int tap = (ky * node.kernelWidth() + kx) * groupChannels * maps;
              for (int channel = 0; channel < channels; channel++) {
                int group = channel / groupChannels;
                addScaled(
                    sums,
                    group * groupMaps,
                    groupMaps,
                    in[from + channel],
                    weights,
                    tap + channel % groupChannels * maps + group * groupMaps);
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

  private static void addScaled(
      float[] sums, int first, int count, float factor, float[] weights, int offset) {
    if (factor == 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      sums[first + i] += factor * weights[offset + i];
    }
  }

  private static float[] pool(
      Node node, Window window, Shape shape, float[] in, int images, boolean max) {
    int height = shape.dim(0);
    int width = shape.dim(1);
    int channels = shape.dim(2);
    float[] out = new float[Math.multiplyExact(images, node.shape().elements())];
    int to = 0;
    for (int image = 0; image < images; image++) {
      int picture = image * shape.elements();
      for (int y = 0; y < node.shape().dim(0); y++) {
        for (int x = 0; x < node.shape().dim(1); x++) {
          int endY = window.endRow(y, height);
          int endX = window.endColumn(x, width);
          int count = (endY - window.firstRow(y)) * (endX - window.firstColumn(x));
          for (int channel = 0; channel < channels; channel++) {
            float result = max ? Float.NEGATIVE_INFINITY : 0;
            for (int fromY = window.firstRow(y); fromY < endY; fromY++) {
              for (int fromX = window.firstColumn(x); fromX < endX; fromX++) {
                float value = in[picture + (fromY * width + fromX) * channels + channel];
                result = max ? Math.max(result, value) : result + value;
              }
            }
            out[to++] = max ? result : result / count;
          }
        }
      }
    }
    return out;
  }

  private static void softmax(float[] in, float[] out, int first, int classes) {
    float max = in[first];
    for (int i = 1; i < classes; i++) {
      max = Math.max(max, in[first + i]);
    }
    double sum = 0;
    for (int i = first; i < first + classes; i++) {
      sum += Math.exp(in[i] - max);
    }
    for (int i = first; i < first + classes; i++) {
      out[i] = (float) (Math.exp(in[i] - max) / sum);
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
    if (node.value() != 0) {
      Arrays.fill(out, node.value());
    }
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
