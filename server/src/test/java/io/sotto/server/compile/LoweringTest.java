package io.sotto.server.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sotto.tfimport.graph.Conv2D;
import io.sotto.tfimport.graph.Graph;
import io.sotto.tfimport.graph.GraphInterpreter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LoweringTest {
  private static final Conv2D.Step ONE = Conv2D.Step.ONE;

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of("L", new Chain(1, 6).dense(4).bias()),
        Arguments.of("LRL", new Chain(2, 6).dense(5).bias().relu().dense(3).bias()),
        Arguments.of("LRL", new Chain(3, 7, 9, 2).conv(3, 4, 3).bias().relu().flatten().dense(4)),
        Arguments.of(
            "L",
            new Chain(4, 8, 7, 2)
                .conv(3, 2, 4, new Conv2D.Step(2, 3), ONE, new Conv2D.Margins(1, 0, 2, 1))),
        Arguments.of(
            "L",
            new Chain(5, 9, 9, 1).conv(3, 3, 2, ONE, new Conv2D.Step(2, 3), Conv2D.Margins.NONE)),
        Arguments.of(
            "LRL",
            new Chain(6, 5, 4, 2)
                .pad(List.of(1, 0, 0), List.of(2, 1, 0))
                .conv(2, 2, 3)
                .relu()
                .pad(List.of(0, 2, 0), List.of(1, 0, 0))
                .conv(3, 3, 2)
                .bias()),
        Arguments.of("L", new Chain(7, 6).dense(5).bias().dense(4).bias().dense(3)),
        Arguments.of(
            "L",
            new Chain(8, 6, 6, 2)
                .conv(3, 3, 3)
                .bias()
                .conv(2, 2, 2, new Conv2D.Step(2, 2), ONE, new Conv2D.Margins(1, 1, 1, 1))
                .flatten()
                .dense(3)
                .bias()),
        Arguments.of(
            "L",
            new Chain(9, 4, 4, 1)
                .conv(2, 2, 2)
                .bias()
                .pad(List.of(1, 1, 1), List.of(0, 2, 0))
                .bias()
                .conv(3, 3, 2)),
        Arguments.of("LR", new Chain(10, 6).relu()),
        Arguments.of("LRL", new Chain(11, 6).relu().dense(3)),
        Arguments.of("LR", new Chain(12, 6).dense(4).relu().relu()),
        Arguments.of("LR", new Chain(13, 6).dense(4).relu().reshape(2, 2).relu().reshape(4)),
        Arguments.of(
            "LRL",
            new Chain(14, 6).dense(4).relu().reshape(2, 2).pad(List.of(1, 0), List.of(0, 1))),
        Arguments.of("L", new Chain(15, 4).bias()),
        Arguments.of("L", new Chain(16, 4).reshape(2, 2)),
        Arguments.of("L", new Chain(17, 4)),
        Arguments.of("L", new Chain(18, 3, 2).pad(List.of(1, 0), List.of(0, 3))),
        Arguments.of("LRL", new Chain(19, 4).bias().relu().bias()));
  }

  @ParameterizedTest(name = "{index} {0}")
  @MethodSource("models")
  void layersComputeWhatTheGraphDoes(String kinds, Chain chain) {
    Graph graph = chain.build();
    List<Layer> layers = Lowering.lower(graph);

    assertThat(layers.stream().map(l -> l instanceof Layer.Linear ? "L" : "R").toList())
        .containsExactly(kinds.split(""));
    int images = 3;
    float[] inputs = Chain.images(graph, images, 20);
    float[] expected = new GraphInterpreter(graph).run(inputs);
    int size = graph.input().shape().elements();
    int outputs = graph.output().shape().elements();
    for (int image = 0; image < images; image++) {
      double[] values = new double[size];
      for (int i = 0; i < size; i++) {
        values[i] = inputs[image * size + i];
      }
      for (Layer layer : layers) {
        values =
            layer instanceof Layer.Linear linear
                ? apply(linear.map(), values)
                : Arrays.stream(values).map(value -> Math.max(0, value)).toArray();
      }
      assertThat(values).hasSize(outputs);
      for (int i = 0; i < outputs; i++) {
        assertThat(values[i]).isCloseTo(expected[image * outputs + i], within(2e-4));
      }
    }
  }

  static double[] apply(AffineMap map, double[] x) {
    double[] y = map.bias().clone();
    int output = 0;
    for (AffineMap.Block block : map.blocks()) {
      for (int row = 0; row < block.weights().rows(); row++) {
        for (int k = 0; k < block.refs().length; k++) {
          int ref = block.refs()[k];
          y[output] += ref < 0 ? 0 : block.weights().get(row, k) * x[ref];
        }
        output++;
      }
    }
    return y;
  }

  @Test
  void aConvolutionIsOneMatrixAndABlockOfReferencesAPosition() {
    Graph graph =
        new Chain(1, 3, 4, 2)
            .conv(2, 3, 5, new Conv2D.Step(1, 2), ONE, new Conv2D.Margins(1, 0, 0, 1))
            .build();
    AffineMap map = ((Layer.Linear) Lowering.lower(graph).get(0)).map();

    assertThat(map.blocks()).hasSize(3 * 2);
    Matrix shared = map.blocks().get(0).weights();
    assertThat(map.blocks()).allSatisfy(b -> assertThat(b.weights()).isSameAs(shared));
    // Top left: the first kernel row lies in the padding, the second on row 0, columns 0..2.
    assertThat(map.blocks().get(0).refs())
        .containsExactly(-1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5);
    // Bottom right: rows 1 and 2, columns 2, 3 and the padding beyond.
    assertThat(map.blocks().get(5).refs())
        .containsExactly(12, 13, 14, 15, -1, -1, 20, 21, 22, 23, -1, -1);
  }

  @Test
  void mergedConvolutionsShareTheirInnerPositions() {
    Graph graph = new Chain(1, 9, 9, 1).conv(3, 3, 2).conv(3, 3, 2).build();
    AffineMap map = ((Layer.Linear) Lowering.lower(graph).get(0)).map();

    assertThat(map.blocks()).hasSize(25);
    Matrix shared = map.blocks().get(0).weights();
    assertThat(shared.columns()).isEqualTo(25);
    assertThat(map.blocks()).allSatisfy(b -> assertThat(b.weights()).isSameAs(shared));
  }

  @Test
  void layersCarryTheModelsNamesAndCounts() {
    Graph graph = new Chain(1, 6).dense(5).bias().dense(4).relu().build();
    List<Layer> layers = Lowering.lower(graph);

    Layer.Linear linear = (Layer.Linear) layers.get(0);
    assertThat(linear.name()).isEqualTo("dense1+dense3");
    assertThat(linear.parameters()).isEqualTo(6 * 5 + 5 + 5 * 4);
    assertThat(linear.result().name()).isEqualTo("dense3");
    assertThat(layers.get(1).name()).isEqualTo("relu4");
  }
}
