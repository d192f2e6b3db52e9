package io.sotto.baselines.compile;

import io.sotto.graph.Input;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A graph in the making, with seeded weights that lie within half a spread of zero. */
abstract class RandomLayers {
  static final long SEED = 20261121;

  final Random random = new Random(SEED);
  final List<Node> nodes = new ArrayList<>();
  private final float spread;

  RandomLayers(float spread) {
    this.spread = spread;
  }

  Node add(Node node) {
    nodes.add(node);
    return node;
  }

  Weights weights(Shape shape) {
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextFloat() - 0.5f) * spread;
    }
    return Weights.of(shape, values);
  }

  Node start() {
    return add(new Input("x", Shape.of(6, 6, 2)));
  }
}
