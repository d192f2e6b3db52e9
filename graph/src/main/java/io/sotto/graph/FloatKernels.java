package io.sotto.graph;

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
    FloatConvolution convolution = new FloatConvolution(node, inputShape(node));
    return (inputs, images) -> convolution.apply(inputs[0], images);
  }

  @Override
  public FloatKernel visit(MatMul node) {
    return (inputs, images) -> FloatProducts.matrix(node, inputs[0], images);
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
    FloatPool pool = new FloatPool(node.window(), inputShape(node), node.shape());
    return (inputs, images) -> pool.largest(inputs[0], images);
  }

  @Override
  public FloatKernel visit(AvgPool node) {
    FloatPool pool = new FloatPool(node.window(), inputShape(node), node.shape());
    return (inputs, images) -> pool.mean(inputs[0], images);
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
    FloatPad pad = FloatPad.of(node, inputShape(node));
    return (inputs, images) -> pad.apply(inputs[0], images);
  }

  @Override
  public FloatKernel visit(Reshape node) {
    return (inputs, images) -> inputs[0];
  }

  Shape inputShape(Node node) {
    return graph.inputsOf(node).get(0).shape();
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
}
