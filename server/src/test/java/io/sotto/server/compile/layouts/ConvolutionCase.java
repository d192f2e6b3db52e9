package io.sotto.server.compile.layouts;

import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Input;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.formats.QuantizedMap;
import io.sotto.server.compile.layouts.ConvolutionFinder.Grid;
import io.sotto.server.compile.operations.WeightedNodes;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A convolution with every remainder, stride, dilation, group and padding. */
record ConvolutionCase(String text, QuantizedMap map, Grid input, Grid output) {
  /** What the compiler finds in the map. */
  Optional<Convolution> found() {
    return ConvolutionFinder.find(map, List.of(List.of(input)), output);
  }

  /** The same, or else the map as a dense one. */
  Convolution convolution() {
    return found().orElseGet(() -> DenseMap.of(map));
  }

  static ConvolutionCase random(Random random) {
    while (true) {
      int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
      int channels = groups * (1 + random.nextInt(4));
      int outputs = groups * (1 + random.nextInt(5));
      Shape in = Shape.of(1 + random.nextInt(12), 1 + random.nextInt(12), channels);
      int kh = 1 + random.nextInt(4);
      int kw = 1 + random.nextInt(4);
      Step stride = new Step(1 + random.nextInt(3), 1 + random.nextInt(3));
      Step dilation = new Step(1 + random.nextInt(2), 1 + random.nextInt(2));
      int tall = (kh - 1) * dilation.height() + 1;
      int wide = (kw - 1) * dilation.width() + 1;
      Margins pads =
          new Margins(
              random.nextInt(tall),
              random.nextInt(tall),
              random.nextInt(wide),
              random.nextInt(wide));
      if (in.dim(0) + pads.top() + pads.bottom() < tall
          || in.dim(1) + pads.left() + pads.right() < wide) {
        continue;
      }
      float[] weights = new float[kh * kw * channels / groups * outputs];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = random.nextInt(4001) - 2000;
      }
      Conv2D node =
          Conv2D.of(
              "conv",
              new Input("x", in),
              Weights.of(Shape.of(kh, kw, channels / groups, outputs), weights),
              stride,
              dilation,
              pads,
              groups);
      AffineMap map = WeightedNodes.map(node, in);
      Grid output = new Grid(node.shape().dim(0), node.shape().dim(1), node.shape().dim(2));
      return new ConvolutionCase(
          "%s by %dx%d, stride %s, dilation %s, pads %s, %d groups, to %s"
              .formatted(in, kh, kw, stride, dilation, pads, groups, node.shape()),
          QuantizedMap.of(map, 0, 0),
          new Grid(in.dim(0), in.dim(1), channels),
          output);
    }
  }

  long[] apply(long[] x, int images) {
    long[] y = new long[map.outputs() * images];
    int output = 0;
    for (QuantizedMap.Block block : map.blocks()) {
      for (int row = 0; row < block.rows(); row++, output++) {
        for (int k = 0; k < block.refs().length; k++) {
          for (int image = 0; image < images && block.refs()[k] != AffineMap.ZERO; image++) {
            y[output * images + image] +=
                (long) block.weights()[row * block.refs().length + k]
                    * x[block.refs()[k] * images + image];
          }
        }
      }
    }
    return y;
  }

  @Override
  public String toString() {
    return text;
  }
}
