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
import io.sotto.graph.Relu;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldIntoPreviousTest {
  private final FoldIntoPrevious rule = new FoldIntoPrevious();
  private final Input picture = new Input("in", Shape.of(4, 5, 6));

  private Conv2D conv(int groups) {
    Weights weights = randoms(1, 3, 2, 6 / groups, 9);
    return Conv2D.of("conv", picture, weights, Step.ONE, Step.ONE, new Margins(1, 1, 0, 1), groups);
  }

  @Test
  void batchNormalisationGoesIntoAConvolution() {
    for (int groups : new int[] {1, 3}) {
      Conv2D conv = conv(groups);
      Scale norm = Scale.of("norm", conv, randoms(2, 9), randoms(3, 9));
      Graph graph = assertSame(rule, chain(picture, conv, norm));
      assertThat(Rewritten.kinds(graph)).containsExactly("in Input", "conv Conv2D", "norm BiasAdd");
    }
  }

  @Test
  void andIntoItsBias() {
    Conv2D conv = conv(1);
    BiasAdd bias = BiasAdd.of("bias", conv, randoms(4, 9));
    Scale norm = Scale.of("norm", bias, randoms(2), randoms(3, 1, 1, 9));
    Relu relu = Relu.of("relu", norm);
    Graph graph = assertSame(rule, chain(picture, conv, bias, norm, relu));
    assertThat(Rewritten.kinds(graph))
        .containsExactly("in Input", "conv Conv2D", "bias BiasAdd", "relu Relu");
  }

  @Test
  void andIntoAProduct() {
    Input vector = new Input("in", Shape.of(4));
    MatMul product = MatMul.of("product", vector, randoms(1, 4, 3));
    Scale norm = Scale.of("norm", product, randoms(2, 3), randoms(3, 3));
    Graph graph = assertSame(rule, chain(vector, product, norm));
    assertThat(Rewritten.kinds(graph))
        .containsExactly("in Input", "product MatMul", "norm BiasAdd");
  }

  @Test
  void whatIsUsedElsewhereOrDiffersFromPlaceToPlaceStays() {
    Conv2D conv = conv(1);
    Scale norm = Scale.of("norm", conv, randoms(2, 9), randoms(3, 9));
    Add sum = Add.of("sum", List.of(conv, norm), List.of(1, 1));
    assertUnchanged(rule, chain(picture, conv, norm, sum));
    Scale places = Scale.times("places", conv, randoms(2, 4, 1, 1));
    assertUnchanged(rule, chain(picture, conv, places));
    Scale alone = Scale.times("alone", picture, randoms(2, 6));
    assertUnchanged(rule, chain(picture, alone));
  }
}
