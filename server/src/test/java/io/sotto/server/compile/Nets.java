package io.sotto.server.compile;

import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Small models with everything that feed-forward networks have. */
public final class Nets {
  private Nets() {}

  /** Random images for each input, numbers within -1..1. */
  public static List<float[]> images(Graph graph, int count, long seed) {
    Random random = new Random(seed);
    List<float[]> inputs = new ArrayList<>();
    for (Input input : graph.inputs()) {
      float[] images = new float[count * input.shape().elements()];
      for (int i = 0; i < images.length; i++) {
        images[i] = random.nextFloat() * 2 - 1;
      }
      inputs.add(images);
    }
    return inputs;
  }

  private static Arguments of(String kinds, BiFunction<Net, Node, Node> body, int... shape) {
    Net net = new Net(kinds.hashCode());
    Node output = body.apply(net, net.input(shape));
    return Arguments.of(kinds, net.build(output));
  }

  static Stream<Arguments> all() {
    return Stream.of(
        // LeNet: the pooling goes before the activation, averages become sums or part of the layer.
        of(
            "LMRLRL",
            (n, x) -> {
              Node a = n.maxPool(n.relu(n.bias(n.conv(x, 3, 4))), 2, 2, 0);
              return n.dense(n.relu(n.bias(n.avgPool(n.conv(a, 3, 5), 2, 2, 0))), 3);
            },
            8,
            8,
            1),
        of(
            "LRCLRC~L",
            (n, x) -> {
              Node a = n.avgPool(n.relu(n.conv(x, 3, 3)), 2, 2, 0);
              return n.dense(n.globalAverage(n.relu(n.norm(n.conv(a, 3, 4)))), 3);
            },
            8,
            8,
            2),
        // Windows at the border have other sizes than those in the middle.
        of("LRCL", (n, x) -> n.conv(n.avgPool(n.relu(n.conv(x, 3, 3)), 3, 2, 1), 1, 2), 7, 7, 1),
        of(
            "LMCRCL",
            (n, x) -> n.conv(n.maxPool(n.clip(n.conv(x, 3, 2), 0, 0.5f), 3, 2, 1), 3, 2),
            7,
            7,
            2),
        // A residual net, with and without a layer on the way around.
        of(
            "LRLRLCRLRCLRC~L",
            (n, x) -> {
              Node a = n.relu(n.norm(n.conv(x, 3, 3)));
              Node b = n.relu(n.norm(n.conv(a, 3, 3)));
              Node c = n.relu(n.plus(n.norm(n.conv(b, 3, 3)), a));
              Node d = n.relu(n.norm(n.conv(c, 3, 4, 2, 1)));
              Node e = n.relu(n.plus(n.norm(n.conv(d, 3, 4)), n.conv(c, 1, 4, 2, 1)));
              return n.dense(n.globalAverage(e), 3);
            },
            8,
            8,
            2));
  }
}
