package io.sotto.graph.rewrite;

import static io.sotto.graph.rewrite.Rewritten.assertSame;
import static io.sotto.graph.rewrite.Rewritten.assertUnchanged;
import static io.sotto.graph.rewrite.Rewritten.chain;
import static io.sotto.graph.rewrite.Rewritten.randoms;
import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Add;
import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.MatMul;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergeLinearTest {
  private final MergeLinear rule = new MergeLinear();
  private final Input vector = new Input("in", Shape.of(5));
  private final Input picture = new Input("in", Shape.of(6, 5, 3));

  @Test
  void twoProductsBecomeOne() {
    MatMul first = MatMul.of("first", vector, randoms(1, 5, 7));
    MatMul second = MatMul.of("second", first, randoms(2, 7, 4));
    Graph graph = assertSame(rule, chain(vector, first, second));
    assertThat(Rewritten.kinds(graph)).containsExactly("in Input", "second MatMul");
  }

  @Test
  void aNarrowPlaceStays() {
    MatMul first = MatMul.of("first", vector, randoms(1, 5, 1));
    MatMul second = MatMul.of("second", first, randoms(2, 1, 4));
    assertUnchanged(rule, chain(vector, first, second));
  }

  @Test
  void aConvolutionOfOneByOneGoesIntoTheOneBefore() {
    Weights weights = randoms(1, 3, 2, 3, 6);
    Conv2D first =
        Conv2D.of("first", picture, weights, new Step(2, 1), Step.ONE, new Margins(1, 0, 0, 1));
    Conv2D second =
        Conv2D.of("second", first, randoms(2, 1, 1, 6, 4), Step.ONE, Step.ONE, Margins.NONE);
    Graph graph = assertSame(rule, chain(picture, first, second));
    assertThat(Rewritten.kinds(graph)).containsExactly("in Input", "second Conv2D");
  }

  @Test
  void otherConvolutionsAndSharedOnesStay() {
    Conv2D depthwise =
        Conv2D.of("first", picture, randoms(1, 3, 3, 1, 3), Step.ONE, Step.ONE, Margins.NONE, 3);
    Conv2D pointwise =
        Conv2D.of("second", depthwise, randoms(2, 1, 1, 3, 3), Step.ONE, Step.ONE, Margins.NONE);
    assertUnchanged(rule, chain(picture, depthwise, pointwise));
    Conv2D first =
        Conv2D.of("first", picture, randoms(1, 3, 3, 3, 3), Step.ONE, Step.ONE, Margins.NONE);
    Conv2D second =
        Conv2D.of("second", first, randoms(2, 2, 1, 3, 3), Step.ONE, Step.ONE, Margins.NONE);
    assertUnchanged(rule, chain(picture, first, second));
    Conv2D strided =
        Conv2D.of("second", first, randoms(2, 1, 1, 3, 3), new Step(2, 2), Step.ONE, Margins.NONE);
    assertUnchanged(rule, chain(picture, first, strided));
    MatMul one = MatMul.of("one", vector, randoms(1, 5, 5));
    MatMul two = MatMul.of("two", one, randoms(2, 5, 5));
    Add sum = Add.of("sum", List.of(one, two), List.of(1, 1));
    assertUnchanged(rule, chain(vector, one, two, sum));
  }
}
