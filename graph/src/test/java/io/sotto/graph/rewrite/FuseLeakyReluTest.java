package io.sotto.graph.rewrite;

import static io.sotto.graph.rewrite.Rewritten.assertSame;
import static io.sotto.graph.rewrite.Rewritten.assertUnchanged;
import static io.sotto.graph.rewrite.Rewritten.chain;
import static io.sotto.graph.rewrite.Rewritten.randoms;
import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Add;
import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.LeakyRelu;
import io.sotto.graph.MatMul;
import io.sotto.graph.Relu;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuseLeakyReluTest {
  private final FuseLeakyRelu rule = new FuseLeakyRelu();
  private final Input input = new Input("in", Shape.of(3));
  private final MatMul x = MatMul.of("x", input, randoms(1, 3, 3));
  private final Weights minusOne = Weights.of(Shape.of(), -1);
  private final Relu positive = Relu.of("positive", x);
  private final Scale turned = Scale.times("turned", x, minusOne);
  private final Relu negative = Relu.of("negative", turned);

  @Test
  void preluAsKerasWritesIt() {
    Scale part = Scale.times("part", negative, Weights.of(Shape.of(3), -0.5f, -0.25f, 0.1f));
    Add sum = Add.of("sum", List.of(positive, part), List.of(1, 1));
    Graph graph = assertSame(rule, chain(input, x, positive, turned, negative, part, sum));
    assertThat(graph.nodes()).hasSize(3);
    assertThat(((LeakyRelu) graph.output()).slope())
        .isEqualTo(Weights.of(Shape.of(3), 0.5f, 0.25f, -0.1f));
  }

  @Test
  void absoluteValuesAndDifferences() {
    Add sum = Add.of("sum", List.of(negative, positive), List.of(1, 1));
    Graph graph = assertSame(rule, chain(input, x, positive, turned, negative, sum));
    assertThat(((LeakyRelu) graph.output()).slope()).isEqualTo(minusOne);
    Add difference = Add.of("difference", List.of(positive, negative), List.of(1, -1));
    graph = assertSame(rule, chain(input, x, positive, turned, negative, difference));
    assertThat(((LeakyRelu) graph.output()).slope()).isEqualTo(Weights.of(Shape.of(), 1));
  }

  @Test
  void otherSumsStay() {
    Relu other = Relu.of("other", input);
    Add ofOthers = Add.of("sum", List.of(other, negative), List.of(1, 1));
    assertUnchanged(rule, chain(input, x, turned, negative, other, ofOthers));
    Add minus = Add.of("sum", List.of(positive, negative), List.of(-1, 1));
    assertUnchanged(rule, chain(input, x, positive, turned, negative, minus));
    Scale half = Scale.times("half", x, Weights.of(Shape.of(), -0.5f));
    Relu ofHalf = Relu.of("ofHalf", half);
    Add halves = Add.of("sum", List.of(positive, ofHalf), List.of(1, 1));
    assertUnchanged(rule, chain(input, x, positive, half, ofHalf, halves));
  }
}
