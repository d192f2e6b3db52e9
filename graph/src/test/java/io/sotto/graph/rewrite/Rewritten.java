package io.sotto.graph.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.Input;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Checks that a rule keeps what a graph computes. */
final class Rewritten {
  private Rewritten() {}

  static Graph chain(Node... nodes) {
    return new Graph(List.of(nodes));
  }

  static Weights randoms(long seed, int... dims) {
    Shape shape = Shape.of(dims);
    Random random = new Random(seed);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return Weights.of(shape, values);
  }

  /** The graph that a rule makes, with the same results on random images. */
  static Graph assertSame(Rule rule, Graph graph) {
    Graph result = rule.apply(graph);
    assertThat(result.inputs()).isEqualTo(graph.inputs());
    assertThat(result.outputs())
        .extracting(Graph.Output::name)
        .isEqualTo(graph.outputs().stream().map(Graph.Output::name).toList());
    List<float[]> images = new ArrayList<>();
    for (Input input : graph.inputs()) {
      images.add(randoms(5, 20, input.shape().elements()).toArray());
    }
    List<float[]> expected = new GraphInterpreter(graph).run(images);
    List<float[]> actual = new GraphInterpreter(result).run(images);
    for (int i = 0; i < expected.size(); i++) {
      double largest = 1e-3;
      for (float value : expected.get(i)) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertThat(actual.get(i)).hasSameSizeAs(expected.get(i));
      for (int j = 0; j < expected.get(i).length; j++) {
        assertThat((double) Math.abs(actual.get(i)[j] - expected.get(i)[j]))
            .as("output %d, element %d of %s", i, j, result)
            .isLessThanOrEqualTo(1e-5 * largest);
      }
    }
    assertThat(rule.apply(result).nodes()).isEqualTo(result.nodes());
    return result;
  }

  static void assertUnchanged(Rule rule, Graph graph) {
    assertThat(rule.apply(graph).nodes()).isEqualTo(graph.nodes());
  }

  static List<String> kinds(Graph graph) {
    return graph.nodes().stream().map(node -> node.name() + " " + node.kind()).toList();
  }
}
