package io.sotto.server.compile;

import io.sotto.graph.BiasAdd;
import io.sotto.graph.Conv2D;
import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.MatMul;
import io.sotto.graph.Node;
import io.sotto.graph.Pad;
import io.sotto.graph.Relu;
import io.sotto.graph.Reshape;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Builds small models, a layer after the other, with random weights within -1..1. */
public final class Chain {
  private final Random random;
  private final List<Node> nodes = new ArrayList<>();

  public Chain(long seed, int... inputShape) {
    random = new Random(seed);
    nodes.add(new Input("x", Shape.of(inputShape)));
  }

  private Node last() {
    return nodes.get(nodes.size() - 1);
  }

  private Chain add(Node node) {
    nodes.add(node);
    return this;
  }

  private String name(String kind) {
    return kind + nodes.size();
  }

  private Weights weights(int... shape) {
    float[] values = new float[Shape.of(shape).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return Weights.of(Shape.of(shape), values);
  }

  public Chain conv(int height, int width, int outputs) {
    return conv(height, width, outputs, Conv2D.Step.ONE, Conv2D.Step.ONE, Conv2D.Margins.NONE);
  }

  public Chain conv(
      int height,
      int width,
      int outputs,
      Conv2D.Step stride,
      Conv2D.Step dilation,
      Conv2D.Margins pads) {
    Weights kernel = weights(height, width, last().shape().lastDim(), outputs);
    return add(Conv2D.of(name("conv"), last(), kernel, stride, dilation, pads));
  }

  public Chain dense(int outputs) {
    return add(MatMul.of(name("dense"), last(), weights(last().shape().dim(0), outputs)));
  }

  /** A dense layer with these weights, inputs x outputs. */
  public Chain dense(int outputs, float... values) {
    Weights weights = Weights.of(Shape.of(last().shape().dim(0), outputs), values);
    return add(MatMul.of(name("dense"), last(), weights));
  }

  public Chain bias() {
    return add(BiasAdd.of(name("bias"), last(), weights(last().shape().lastDim())));
  }

  /** Factors and offsets, one a channel or, for 1, one number. */
  public Chain scale(int channels) {
    return add(Scale.of(name("scale"), last(), weights(channels), weights(channels)));
  }

  public Chain relu() {
    return add(Relu.of(name("relu"), last()));
  }

  public Chain pad(List<Integer> before, List<Integer> after) {
    return add(Pad.of(name("pad"), last(), before, after));
  }

  public Chain flatten() {
    return reshape(last().shape().elements());
  }

  public Chain reshape(int... shape) {
    return add(Reshape.of(name("reshape"), last(), Shape.of(shape)));
  }

  public Graph build() {
    return new Graph(nodes);
  }

  /** Random images, numbers within -1..1. */
  public static float[] images(Graph graph, int count, long seed) {
    Random random = new Random(seed);
    float[] images = new float[count * graph.input().shape().elements()];
    for (int i = 0; i < images.length; i++) {
      images[i] = random.nextFloat() * 2 - 1;
    }
    return images;
  }
}
