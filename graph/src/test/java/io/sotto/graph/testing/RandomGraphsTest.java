package io.sotto.graph.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.ArgMax;
import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.Input;
import io.sotto.graph.Node;
import io.sotto.graph.NumericRanges;
import io.sotto.graph.NumericRanges.Range;
import io.sotto.graph.Relu;
import io.sotto.graph.rewrite.Simplification;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomGraphsTest {
  private static final int GRAPHS = 400;

  @Test
  void aSeedGivesTheSameGraph() {
    assertThat(RandomGraphs.of(7)).hasToString(RandomGraphs.of(7).toString());
    assertThat(RandomGraphs.of(7).toString()).isNotEqualTo(RandomGraphs.of(8).toString());
  }

  @Test
  void allKindsAndFormsOccur() {
    Set<Class<? extends Node>> seen = new HashSet<>();
    boolean severalInputs = false;
    boolean severalOutputs = false;
    for (int seed = 0; seed < GRAPHS; seed++) {
      Graph graph = RandomGraphs.of(seed);
      graph.nodes().forEach(node -> seen.add(node.getClass()));
      severalInputs |= graph.inputs().size() > 1;
      severalOutputs |= graph.outputs().size() > 1;
    }
    assertThat(seen).containsAll(RandomGraphs.allKinds());
    assertThat(severalInputs && severalOutputs).isTrue();
    assertThat(Node.Visitor.class.getMethods()).hasSize(RandomGraphs.allKinds().size() + 1);
  }

  @Test
  void onlyTheKindsAllowedOccur() {
    for (int seed = 0; seed < 20; seed++) {
      assertThat(RandomGraphs.of(seed, Set.of(Relu.class)).nodes())
          .allMatch(node -> node instanceof Relu || node instanceof Input);
    }
  }

  @Test
  void simplificationKeepsResultsAndBoundsHoldThem() {
    long base = new Random().nextLong();
    Simplification simplification = new Simplification();
    // The place of the largest value may change where two are nearly equal.
    Set<Class<? extends Node>> kinds = new HashSet<>(RandomGraphs.allKinds());
    kinds.remove(ArgMax.class);
    for (int i = 0; i < GRAPHS; i++) {
      long seed = base + i;
      Graph graph = RandomGraphs.of(seed, kinds);
      List<float[]> images = RandomGraphs.images(graph, seed, 8);
      List<float[]> expected = new GraphInterpreter(graph).run(images);
      Graph simple = simplification.apply(graph);
      List<float[]> actual = new GraphInterpreter(simple).run(images);
      for (int output = 0; output < expected.size(); output++) {
        assertClose(
            "seed %d, output %d of%n%sbefore%n%s".formatted(seed, output, simple, graph),
            actual.get(output),
            expected.get(output));
      }
      NumericRanges bounds = NumericRanges.bound(graph, new Range(-1, 1));
      NumericRanges measured = NumericRanges.measure(graph, images);
      for (Node node : graph.nodes()) {
        Range bound = bounds.of(node);
        Range range = measured.of(node);
        assertThat(bound.min() <= range.min() && range.max() <= bound.max())
            .as("seed %d, %s: %s in %s", seed, node, range, bound)
            .isTrue();
      }
    }
  }

  private static void assertClose(String what, float[] actual, float[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    float largest = 1e-2f;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    int wrong = 0;
    for (int i = 0; i < expected.length; i++) {
      wrong += Math.abs(actual[i] - expected[i]) > 1e-4f * largest ? 1 : 0;
    }
    assertThat(wrong).as(what).isZero();
  }
}
