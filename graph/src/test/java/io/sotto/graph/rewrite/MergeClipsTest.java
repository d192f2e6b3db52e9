package io.sotto.graph.rewrite;

import static io.sotto.graph.rewrite.Rewritten.assertSame;
import static io.sotto.graph.rewrite.Rewritten.assertUnchanged;
import static io.sotto.graph.rewrite.Rewritten.chain;
import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Add;
import io.sotto.graph.Clip;
import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.Node;
import io.sotto.graph.Relu;
import io.sotto.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergeClipsTest {
  private static final float INFINITY = Float.POSITIVE_INFINITY;
  private final MergeClips rule = new MergeClips();
  private final Input input = new Input("in", Shape.of(40));

  private Graph merged(Node first, Node second) {
    Graph graph = assertSame(rule, chain(input, first, second));
    assertThat(graph.nodes()).hasSize(2);
    return graph;
  }

  @Test
  void clipsAndRelusBecomeOne() {
    Relu relu = Relu.of("relu", input);
    Node bounded = merged(relu, Clip.of("c", relu, -INFINITY, 0.3f)).output();
    assertThat(bounded).isEqualTo(Clip.of("c", input, 0, 0.3f));
    Clip low = Clip.of("low", input, -0.5f, 0.9f);
    assertThat(merged(low, Relu.of("r", low)).output()).isEqualTo(Clip.of("r", input, 0, 0.9f));
    assertThat(merged(low, Clip.of("c", low, -0.7f, 0.2f)).output())
        .isEqualTo(Clip.of("c", input, -0.5f, 0.2f));
    assertThat(merged(low, Clip.of("c", low, 1, 2)).output()).isEqualTo(Clip.of("c", input, 1, 1));
    Clip below = Clip.of("below", input, -1, INFINITY);
    assertThat(merged(below, Relu.of("r", below)).output()).isEqualTo(Relu.of("r", input));
  }

  @Test
  void whatIsUsedElsewhereStays() {
    Clip first = Clip.of("first", input, -0.5f, 0.5f);
    Relu relu = Relu.of("relu", first);
    Add sum = Add.of("sum", List.of(first, relu), List.of(1, 1));
    assertUnchanged(rule, chain(input, first, relu, sum));
  }
}
