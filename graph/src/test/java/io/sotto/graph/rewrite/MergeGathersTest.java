package io.sotto.graph.rewrite;

import static io.sotto.graph.rewrite.Rewritten.assertSame;
import static io.sotto.graph.rewrite.Rewritten.assertUnchanged;
import static io.sotto.graph.rewrite.Rewritten.chain;
import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Add;
import io.sotto.graph.Gather;
import io.sotto.graph.Graph;
import io.sotto.graph.Indices;
import io.sotto.graph.Input;
import io.sotto.graph.Relu;
import io.sotto.graph.Reshape;
import io.sotto.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergeGathersTest {
  private final MergeGathers rule = new MergeGathers();
  private final Input input = new Input("in", Shape.of(2, 3));
  private final Relu relu = Relu.of("relu", input);

  @Test
  void selectionsAndTheReshapesAroundThemBecomeOne() {
    Reshape before = Reshape.of("before", input, Shape.of(6));
    Gather first = Gather.of("first", before, Shape.of(4), Indices.of(5, 0, 0, 2));
    Reshape between = Reshape.of("between", first, Shape.of(2, 2));
    Gather second = Gather.of("second", List.of(relu, between), Shape.of(3), Indices.of(6, 1, 9));
    Reshape last = Reshape.of("last", second, Shape.of(3, 1));
    Graph graph = assertSame(rule, chain(input, relu, before, first, between, second, last));
    assertThat(Rewritten.kinds(graph)).containsExactly("in Input", "relu Relu", "last Gather");
    assertThat(graph.output())
        .isEqualTo(Gather.of("last", List.of(relu, input), Shape.of(3, 1), Indices.of(11, 1, 8)));
  }

  @Test
  void bothSidesMayBeSelections() {
    Gather left = Gather.of("left", List.of(input, relu), Shape.of(2), Indices.of(1, 7));
    Gather right = Gather.of("right", relu, Shape.of(3), Indices.of(5, 4, 3));
    Gather joined =
        Gather.of("joined", List.of(left, right), Shape.of(5), Indices.of(4, 3, 2, 1, 0));
    Graph graph = assertSame(rule, chain(input, relu, left, right, joined));
    assertThat(Rewritten.kinds(graph)).containsExactly("in Input", "relu Relu", "joined Gather");
  }

  @Test
  void aSelectionThatOthersNeedStays() {
    Gather first = Gather.of("first", input, Shape.of(2), Indices.of(5, 0));
    Gather second = Gather.of("second", first, Shape.of(2), Indices.of(1, 1));
    Add sum = Add.of("sum", List.of(first, second), List.of(1, 1));
    assertUnchanged(rule, chain(input, first, second, sum));
  }
}
