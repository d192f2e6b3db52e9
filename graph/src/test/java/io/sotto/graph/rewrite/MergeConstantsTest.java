package io.sotto.graph.rewrite;

import static io.sotto.graph.rewrite.Rewritten.assertSame;
import static io.sotto.graph.rewrite.Rewritten.assertUnchanged;
import static io.sotto.graph.rewrite.Rewritten.chain;
import static io.sotto.graph.rewrite.Rewritten.randoms;
import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Add;
import io.sotto.graph.BiasAdd;
import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergeConstantsTest {
  private final MergeConstants rule = new MergeConstants();
  private final Input input = new Input("in", Shape.of(2, 3));

  @Test
  void factorsAndOffsetsAChannelBecomeOne() {
    Scale first = Scale.of("first", input, randoms(1, 3), randoms(2));
    BiasAdd bias = BiasAdd.of("bias", first, randoms(3, 3));
    Scale last = Scale.of("last", bias, randoms(4), randoms(5, 1, 3));
    Graph graph = assertSame(rule, chain(input, first, bias, last));
    assertThat(Rewritten.kinds(graph)).containsExactly("in Input", "last Scale");
    assertThat(((Scale) graph.output()).factor().shape()).isEqualTo(Shape.of(3));
  }

  @Test
  void onesOfOtherFormsTakeOneAnElement() {
    Scale first = Scale.of("first", input, randoms(1, 2, 1), randoms(2));
    Scale last = Scale.of("last", first, randoms(4, 3), randoms(5, 2, 3));
    Graph graph = assertSame(rule, chain(input, first, last));
    assertThat(((Scale) graph.output()).factor().shape()).isEqualTo(Shape.of(2, 3));
  }

  @Test
  void biasesBecomeABias() {
    BiasAdd first = BiasAdd.of("first", input, randoms(3, 3));
    BiasAdd last = BiasAdd.of("last", first, randoms(4, 3));
    Graph graph = assertSame(rule, chain(input, first, last));
    assertThat(Rewritten.kinds(graph)).containsExactly("in Input", "last BiasAdd");
  }

  @Test
  void whatIsUsedTwiceOrTooLargeStays() {
    BiasAdd first = BiasAdd.of("first", input, randoms(3, 3));
    BiasAdd last = BiasAdd.of("last", first, randoms(4, 3));
    Add sum = Add.of("sum", List.of(first, last), List.of(1, 1));
    assertUnchanged(rule, chain(input, first, last, sum));
    Weights huge = Weights.of(Shape.of(), 1e30f);
    Scale one = Scale.times("one", input, huge);
    assertUnchanged(rule, chain(input, one, Scale.times("two", one, huge)));
  }
}
