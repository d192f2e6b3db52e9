package io.sotto.graph.rewrite;

import static io.sotto.graph.rewrite.Rewritten.assertSame;
import static io.sotto.graph.rewrite.Rewritten.assertUnchanged;
import static io.sotto.graph.rewrite.Rewritten.chain;
import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Add;
import io.sotto.graph.AvgPool;
import io.sotto.graph.BiasAdd;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Gather;
import io.sotto.graph.Graph;
import io.sotto.graph.Indices;
import io.sotto.graph.Input;
import io.sotto.graph.LeakyRelu;
import io.sotto.graph.Node;
import io.sotto.graph.Pad;
import io.sotto.graph.Relu;
import io.sotto.graph.Reshape;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.graph.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

class DropIdentitiesTest {
  private final DropIdentities rule = new DropIdentities();
  private final Input input = new Input("in", Shape.of(2, 3, 2));

  @Test
  void whatChangesNothingIsLeftOut() {
    Pad pad = Pad.of("pad", input, List.of(0, 0, 0), List.of(0, 0, 0));
    Weights one = Weights.of(Shape.of(), 1);
    Scale scale = Scale.times("scale", pad, one);
    BiasAdd bias = BiasAdd.of("bias", scale, Weights.of(Shape.of(2), 0, 0));
    LeakyRelu leaky = LeakyRelu.of("leaky", bias, one);
    Window window = new Window(Step.ONE, Step.ONE, Margins.NONE);
    AvgPool mean = AvgPool.of("mean", leaky, window);
    Indices all = Indices.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    Gather gather = Gather.of("gather", mean, Shape.of(2, 3, 2), all);
    Reshape reshape = Reshape.of("reshape", gather, Shape.of(2, 3, 2));
    Relu relu = Relu.of("relu", reshape);
    Relu again = Relu.of("again", relu);
    Graph graph =
        assertSame(rule, chain(input, pad, scale, bias, leaky, mean, gather, reshape, relu, again));
    assertThat(Rewritten.kinds(graph)).containsExactly("in Input", "relu Relu");
  }

  @Test
  void reshapesOfReshapesAndSelectionsInOrderBecomeOneReshape() {
    Reshape flat = Reshape.of("flat", input, Shape.of(12));
    Indices all = Indices.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    Gather gather = Gather.of("gather", flat, Shape.of(4, 3), all);
    Reshape last = Reshape.of("last", gather, Shape.of(6, 2));
    Graph graph = assertSame(rule, chain(input, flat, gather, last));
    assertThat(Rewritten.kinds(graph)).containsExactly("in Input", "last Reshape");
  }

  @Test
  void anOutputMayBecomeTheInput() {
    Relu relu = Relu.of("relu", input);
    Reshape same = Reshape.of("same", input, input.shape());
    Graph graph =
        new Graph(
            List.of(input, relu, same),
            List.of(new Graph.Output("a", "relu"), new Graph.Output("b", "same")));
    assertThat(assertSame(rule, graph).outputs().get(1)).isEqualTo(new Graph.Output("b", "in"));
  }

  @Test
  void whatChangesSomethingStays() {
    Node scale = Scale.times("scale", input, Weights.of(Shape.of(2), 1, 2));
    Node bias = BiasAdd.of("bias", scale, Weights.of(Shape.of(2), 0, 1));
    Node pad = Pad.of("pad", bias, List.of(0, 0, 0), List.of(0, 1, 0));
    Node relu = Relu.of("relu", pad);
    Node sum = Add.of("sum", List.of(relu, relu), List.of(1, 1));
    assertUnchanged(rule, chain(input, scale, bias, pad, relu, sum));
  }
}
