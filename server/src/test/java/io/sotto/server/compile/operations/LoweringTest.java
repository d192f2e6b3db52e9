package io.sotto.server.compile.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Conv2D;
import io.sotto.graph.Graph;
import io.sotto.server.compile.Chain;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.affine.Matrix;
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
            "CLC",
            new Chain(4, 8, 7, 2)
                .conv(3, 2, 4, new Conv2D.Step(2, 3), ONE, new Conv2D.Margins(1, 0, 2, 1))),
        Arguments.of(
            "L",
            new Chain(5, 9, 9, 1).conv(3, 3, 2, ONE, new Conv2D.Step(2, 3), Conv2D.Margins.NONE)),
        Arguments.of(
            "LCRL",
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
        Arguments.of("R", new Chain(10, 6).relu()),
        Arguments.of("RL", new Chain(11, 6).relu().dense(3)),
        Arguments.of("LR", new Chain(12, 6).dense(4).relu().relu()),
        Arguments.of("LR", new Chain(13, 6).dense(4).relu().reshape(2, 2).relu().reshape(4)),
        Arguments.of(
            "LRC",
            new Chain(14, 6).dense(4).relu().reshape(2, 2).pad(List.of(1, 0), List.of(0, 1))),
        Arguments.of("C", new Chain(15, 4).bias()),
        Arguments.of("", new Chain(16, 4).reshape(2, 2)),
        Arguments.of("", new Chain(17, 4)),
        Arguments.of("C", new Chain(18, 3, 2).pad(List.of(1, 0), List.of(0, 3))),
        Arguments.of("CRC", new Chain(19, 4).bias().relu().bias()));
  }

  @ParameterizedTest(name = "{index} {0}")
  @MethodSource("models")
  void operationsComputeWhatTheGraphDoes(String kinds, Chain chain) {
    Graph graph = chain.build();
    Operations operations = Lowered.of(graph, false).operations();

    assertThat(OperationsInterpreter.kinds(operations)).isEqualTo(kinds);
    OperationsInterpreter.requireSame(graph, operations, 20);
  }

  @ParameterizedTest(name = "{index} {0}")
  @MethodSource("io.sotto.server.compile.Nets#all")
  void netsOfAllKindsComputeWhatTheGraphDoes(String kinds, Graph graph) {
    Operations operations = Lowered.of(graph, false).operations();

    OperationsInterpreter.requireSame(graph, operations, 21);
    assertThat(OperationsInterpreter.kinds(operations)).isEqualTo(kinds);
  }

  @Test
  void aConvolutionIsOneMatrixAndABlockOfReferencesAPosition() {
    Graph graph =
        new Chain(1, 3, 4, 2)
            .conv(2, 3, 5, new Conv2D.Step(1, 2), ONE, new Conv2D.Margins(1, 0, 0, 1))
            .build();
    AffineMap map = ((Op.Linear) Lowered.of(graph, false).operations().of(1)).map();

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
    AffineMap map = ((Op.Linear) Lowered.of(graph, false).operations().of(1)).map();

    assertThat(map.blocks()).hasSize(25);
    Matrix shared = map.blocks().get(0).weights();
    assertThat(shared.columns()).isEqualTo(25);
    assertThat(map.blocks()).allSatisfy(b -> assertThat(b.weights()).isSameAs(shared));
  }

  @Test
  void aScaledConvolutionStillSharesItsMatrix() {
    Graph graph =
        new Chain(1, 8, 8, 2)
            .scale(2)
            .conv(3, 3, 4, ONE, ONE, new Conv2D.Margins(1, 1, 1, 1))
            .scale(4)
            .build();
    AffineMap map = ((Op.Linear) Lowered.of(graph, false).operations().of(1)).map();

    assertThat(map.blocks()).hasSize(64);
    assertThat(map.blocks().stream().map(AffineMap.Block::weights).distinct().count()).isOne();
  }

  @Test
  void operationsCarryTheModelsNamesAndCounts() {
    Graph graph = new Chain(1, 6).dense(5).bias().dense(4).relu().build();
    List<Op> ops = Lowered.of(graph, false).operations().all();

    Op.Linear linear = (Op.Linear) ops.get(1);
    assertThat(linear.name()).isEqualTo("dense1+dense3");
    assertThat(linear.parameters()).isEqualTo(6 * 5 + 5 + 5 * 4);
    assertThat(linear.result()).isNotNull();
    assertThat(ops.get(2).name()).isEqualTo("relu4");
  }
}
