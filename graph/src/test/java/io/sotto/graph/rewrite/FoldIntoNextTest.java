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
import io.sotto.graph.Reshape;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldIntoNextTest {
  private final FoldIntoNext rule = new FoldIntoNext();
  private final Input picture = new Input("in", Shape.of(4, 5, 6));

  private Conv2D conv(Scale scale, int groups, Margins pads) {
    Weights weights = randoms(1, 3, 2, 6 / groups, 12);
    return Conv2D.of("conv", scale, weights, Step.ONE, Step.ONE, pads, groups);
  }

  @Test
  void anOffsetBecomesABiasBehind() {
    Scale scale = Scale.of("scale", picture, randoms(2, 6), randoms(3, 6));
    for (int groups : new int[] {1, 2, 3}) {
      Graph graph = assertSame(rule, chain(picture, scale, conv(scale, groups, Margins.NONE)));
      assertThat(Rewritten.kinds(graph))
          .containsExactly("in Input", "conv Conv2D", "scale BiasAdd");
    }
  }

  @Test
  void aFactorAloneGoesThroughPadding() {
    Scale scale = Scale.times("scale", picture, randoms(2, 6));
    Margins pads = new Margins(1, 1, 0, 1);
    Graph graph = assertSame(rule, chain(picture, scale, conv(scale, 2, pads)));
    assertThat(Rewritten.kinds(graph)).containsExactly("in Input", "conv Conv2D");
  }

  @Test
  void offsetsInFrontOfPaddingStay() {
    Scale scale = Scale.of("scale", picture, randoms(2, 6), randoms(3, 6));
    assertUnchanged(rule, chain(picture, scale, conv(scale, 1, new Margins(0, 0, 1, 0))));
    Scale places = Scale.times("places", picture, randoms(2, 4, 1, 1));
    assertUnchanged(rule, chain(picture, places, conv(places, 1, Margins.NONE)));
  }

  @Test
  void productsTakeThemThroughAFlattening() {
    Scale scale = Scale.of("scale", picture, randoms(2, 4, 1, 1), randoms(3, 6));
    Reshape flat = Reshape.of("flat", scale, Shape.of(120));
    MatMul product = MatMul.of("product", flat, randoms(4, 120, 3));
    Graph graph = assertSame(rule, chain(picture, scale, flat, product));
    assertThat(Rewritten.kinds(graph))
        .containsExactly("in Input", "flat Reshape", "product MatMul", "scale BiasAdd");
  }

  @Test
  void aBiasBetweenProductsMovesBehindThem() {
    Input vector = new Input("in", Shape.of(3));
    BiasAdd bias = BiasAdd.of("bias", vector, randoms(1, 3));
    MatMul product = MatMul.of("product", bias, randoms(2, 3, 4));
    Graph graph = assertSame(rule, chain(vector, bias, product));
    assertThat(Rewritten.kinds(graph))
        .containsExactly("in Input", "product MatMul", "bias BiasAdd");
  }

  @Test
  void whatIsUsedElsewhereStays() {
    Input vector = new Input("in", Shape.of(3));
    Scale scale = Scale.of("scale", vector, randoms(1, 3), randoms(2, 3));
    MatMul product = MatMul.of("product", scale, randoms(3, 3, 3));
    Add sum = Add.of("sum", List.of(scale, product), List.of(1, -1));
    assertUnchanged(rule, chain(vector, scale, product, sum));
  }
}
