package io.sotto.graph.rewrite;

import static io.sotto.graph.rewrite.Rewritten.assertSame;
import static io.sotto.graph.rewrite.Rewritten.assertUnchanged;
import static io.sotto.graph.rewrite.Rewritten.chain;
import static io.sotto.graph.rewrite.Rewritten.randoms;
import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Add;
import io.sotto.graph.BiasAdd;
import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.MatMul;
import io.sotto.graph.MaxPool;
import io.sotto.graph.Relu;
import io.sotto.graph.Reshape;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimplificationTest {
  private final Simplification rules = new Simplification();

  @Test
  void rulesFeedEachOther() {
    Input input = new Input("in", Shape.of(4, 4, 3));
    Scale rescale = Scale.times("rescale", input, randoms(1));
    BiasAdd shift = BiasAdd.of("shift", rescale, randoms(2, 3));
    Conv2D conv =
        Conv2D.of("conv", shift, randoms(3, 3, 3, 3, 4), Step.ONE, Step.ONE, Margins.NONE);
    BiasAdd bias = BiasAdd.of("bias", conv, randoms(4, 4));
    Scale norm = Scale.of("norm", bias, randoms(5, 4), randoms(6, 4));
    Relu relu = Relu.of("relu", norm);
    MaxPool pool =
        MaxPool.of("pool", relu, new Window(new Step(2, 2), new Step(2, 2), Margins.NONE));
    Reshape flat = Reshape.of("flat", pool, Shape.of(4));
    MatMul first = MatMul.of("first", flat, randoms(7, 4, 4));
    BiasAdd firstBias = BiasAdd.of("firstBias", first, randoms(8, 4));
    MatMul second = MatMul.of("second", firstBias, randoms(9, 4, 3));
    BiasAdd secondBias = BiasAdd.of("secondBias", second, randoms(10, 3));
    Graph graph =
        assertSame(
            rules,
            chain(
                input,
                rescale,
                shift,
                conv,
                bias,
                norm,
                relu,
                pool,
                flat,
                first,
                firstBias,
                second,
                secondBias));
    assertThat(Rewritten.kinds(graph))
        .containsExactly(
            "in Input",
            "conv Conv2D",
            "norm BiasAdd",
            "pool MaxPool",
            "relu Relu",
            "flat Reshape",
            "second MatMul",
            "secondBias BiasAdd");
  }

  @Test
  void branchesKeepWhatTheyShare() {
    Input input = new Input("in", Shape.of(3));
    MatMul shared = MatMul.of("shared", input, randoms(1, 3, 3));
    Scale scaled = Scale.of("scaled", shared, randoms(2, 3), randoms(3, 3));
    Relu relu = Relu.of("relu", scaled);
    Add sum = Add.of("sum", List.of(relu, shared), List.of(1, -1));
    assertUnchanged(rules, chain(input, shared, scaled, relu, sum));
  }
}
