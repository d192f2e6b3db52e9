package io.sotto.server.compile.operations;

import io.sotto.graph.Conv2D;
import io.sotto.graph.ElementSources;
import io.sotto.graph.MatMul;
import io.sotto.graph.Shape;
import io.sotto.graph.WeightedNode;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.affine.Matrix;
import java.util.ArrayList;
import java.util.List;

/** Nodes with matrices of weights as maps. */
public final class WeightedNodes {
  private WeightedNodes() {}

  /**
   * What a node computes.
   *
   * @param in of what it takes
   */
  static AffineMap map(WeightedNode node, Shape in) {
    return node instanceof Conv2D conv ? map(conv, in) : map((MatMul) node);
  }

  /** A block for each position and group; those of a group share their weights. */
  public static AffineMap map(Conv2D node, Shape in) {
    int taps = node.kernelHeight() * node.kernelWidth() * node.inputChannels();
    int outputs = node.outputChannels() / node.groups();
    List<Matrix> weights = new ArrayList<>();
    for (int group = 0; group < node.groups(); group++) {
      double[] rows = node.weights().rows(group * outputs, (group + 1) * outputs);
      weights.add(new Matrix(outputs, taps, rows));
    }
    List<AffineMap.Block> blocks = new ArrayList<>();
    for (int y = 0; y < node.shape().dim(0); y++) {
      for (int x = 0; x < node.shape().dim(1); x++) {
        for (int group = 0; group < node.groups(); group++) {
          int[] refs = ElementSources.of(node, in, y, x, group);
          blocks.add(new AffineMap.Block(refs, weights.get(group)));
        }
      }
    }
    return AffineMap.of(in.elements(), blocks);
  }

  /** One block. */
  public static AffineMap map(MatMul node) {
    int inputs = node.weights().shape().dim(0);
    int outputs = node.weights().shape().dim(1);
    Matrix weights = new Matrix(outputs, inputs, node.weights().rows(0, outputs));
    AffineMap.Block block = new AffineMap.Block(Expression.identity(inputs), weights);
    return AffineMap.of(inputs, List.of(block));
  }
}
