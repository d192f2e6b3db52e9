package io.sotto.benchmarks.layouts;

import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Input;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.server.compile.formats.QuantizedMap;
import io.sotto.server.compile.layouts.LayerMap;
import io.sotto.server.compile.operations.WeightedNodes;
import java.util.List;
import java.util.Random;

/**
 * A layer as networks have it, with seeded weights.
 *
 * @param side of the picture, 1 for a dense layer
 * @param channels of the picture
 * @param images of a batch
 */
record LayerCase(String name, int side, int channels, int outputs, Kernel kernel, int images) {
  private static final int LARGEST_WEIGHT = 100;

  /** A square one; zeros around the picture unless it has the picture's size. */
  record Kernel(int side, int stride, int dilation, int groups) {
    static Kernel of(int side) {
      return new Kernel(side, 1, 1, 1);
    }

    static Kernel withStride(int side, int stride) {
      return new Kernel(side, stride, 1, 1);
    }
  }

  /** What is measured if nothing else is asked for. */
  static List<LayerCase> all() {
    return List.of(
        new LayerCase("MNIST, CryptoNets", 28, 1, 5, Kernel.withStride(5, 2), 1),
        new LayerCase("MNIST, CryptoNets", 28, 1, 5, Kernel.withStride(5, 2), 64),
        new LayerCase("MNIST, two 5x5", 28, 1, 32, Kernel.of(5), 1),
        new LayerCase("VGG16 first", 32, 3, 64, Kernel.of(3), 1),
        new LayerCase("VGG16 32x32", 32, 64, 64, Kernel.of(3), 1),
        new LayerCase("VGG16 16x16", 16, 64, 128, Kernel.of(3), 1),
        new LayerCase("VGG16 16x16", 16, 128, 128, Kernel.of(3), 4),
        new LayerCase("VGG16 8x8", 8, 128, 256, Kernel.of(3), 1),
        new LayerCase("VGG16 8x8", 8, 256, 256, Kernel.of(3), 4),
        new LayerCase("VGG16 4x4", 4, 512, 512, Kernel.of(3), 1),
        new LayerCase("VGG16 2x2", 2, 512, 512, Kernel.of(3), 16),
        new LayerCase("ResNet-20 32x32", 32, 16, 16, Kernel.of(3), 1),
        new LayerCase("ResNet-20 down", 32, 16, 32, Kernel.withStride(3, 2), 1),
        new LayerCase("ResNet-20 shortcut", 32, 16, 32, Kernel.withStride(1, 2), 1),
        new LayerCase("ResNet-20 16x16", 16, 32, 32, Kernel.of(3), 16),
        new LayerCase("ResNet-20 down", 16, 32, 64, Kernel.withStride(3, 2), 4),
        new LayerCase("ResNet-20 8x8", 8, 64, 64, Kernel.of(3), 1),
        new LayerCase("ResNet-20 8x8", 8, 64, 64, Kernel.of(3), 64),
        new LayerCase("global average", 8, 64, 64, new Kernel(8, 1, 1, 64), 1),
        new LayerCase("ResNet-50 first", 56, 3, 64, Kernel.withStride(7, 2), 1),
        new LayerCase("ResNet-50 expand", 14, 64, 256, Kernel.of(1), 1),
        new LayerCase("ResNet-50 reduce", 7, 1024, 256, Kernel.of(1), 1),
        new LayerCase("MobileNet pointwise", 28, 64, 128, Kernel.of(1), 1),
        new LayerCase("MobileNet depthwise", 56, 64, 64, new Kernel(3, 1, 1, 64), 1),
        new LayerCase("MobileNet depthwise down", 28, 128, 128, new Kernel(3, 2, 1, 128), 1),
        new LayerCase("MobileNet depthwise", 14, 256, 256, new Kernel(3, 1, 1, 256), 4),
        new LayerCase("grouped", 14, 64, 64, new Kernel(3, 1, 1, 4), 1),
        new LayerCase("dilated", 16, 32, 32, new Kernel(3, 1, 2, 1), 1),
        new LayerCase("dense", 1, 10, 1000, Kernel.of(1), 1),
        new LayerCase("dense", 1, 1000, 10, Kernel.of(1), 64),
        new LayerCase("dense, MNIST", 1, 845, 100, Kernel.of(1), 16),
        new LayerCase("dense, VGG16", 1, 512, 512, Kernel.of(1), 4),
        new LayerCase("dense", 1, 1000, 1000, Kernel.of(1), 1),
        new LayerCase("dense, large", 1, 4096, 1000, Kernel.of(1), 1));
  }

  /** The layer's weights, and the shapes around them. */
  LayerMap map() {
    Node picture = new Input("picture", Shape.of(side, side, channels));
    Shape shape = Shape.of(kernel.side, kernel.side, channels / kernel.groups, outputs);
    Step stride = new Step(kernel.stride, kernel.stride);
    Step dilation = new Step(kernel.dilation, kernel.dilation);
    Margins pads =
        kernel.side == side ? Margins.NONE : Margins.same(picture.shape(), shape, stride, dilation);
    Conv2D node =
        Conv2D.of("layer", picture, weights(shape), stride, dilation, pads, kernel.groups);
    QuantizedMap map = QuantizedMap.of(WeightedNodes.map(node, picture.shape()), 0, 0);
    return new LayerMap(map, new int[] {picture.shape().elements()}, new Node[] {picture}, node);
  }

  private static Weights weights(Shape shape) {
    Random random = new Random(shape.hashCode());
    float[] weights = new float[shape.elements()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextInt(-LARGEST_WEIGHT, LARGEST_WEIGHT + 1);
    }
    return Weights.of(shape, weights);
  }

  @Override
  public String toString() {
    String picture = side == 1 ? "" : "%dx%dx".formatted(side, side);
    String with = side == 1 ? "" : " by %dx%d".formatted(kernel.side, kernel.side);
    String stride = kernel.stride == 1 ? "" : ", stride " + kernel.stride;
    String dilation = kernel.dilation == 1 ? "" : ", dilation " + kernel.dilation;
    String groups = kernel.groups == 1 ? "" : ", %d groups".formatted(kernel.groups);
    return "%s: %s%d -> %d%s%s%s%s"
        .formatted(name, picture, channels, outputs, with, stride, dilation, groups);
  }
}
