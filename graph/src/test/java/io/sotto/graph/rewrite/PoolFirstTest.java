package io.sotto.graph.rewrite;

import static io.sotto.graph.rewrite.Rewritten.assertSame;
import static io.sotto.graph.rewrite.Rewritten.assertUnchanged;
import static io.sotto.graph.rewrite.Rewritten.chain;
import static io.sotto.graph.rewrite.Rewritten.randoms;
import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Add;
import io.sotto.graph.AvgPool;
import io.sotto.graph.Clip;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.LeakyRelu;
import io.sotto.graph.MaxPool;
import io.sotto.graph.Node;
import io.sotto.graph.Relu;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.graph.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolFirstTest {
  private final PoolFirst rule = new PoolFirst();
  private final Input picture = new Input("in", Shape.of(5, 6, 2));
  private final Window window = new Window(new Step(3, 2), new Step(2, 2), new Margins(1, 0, 0, 0));

  @Test
  void activationsThatKeepTheOrderComeBehindThePool() {
    for (Node activation :
        List.of(
            Relu.of("act", picture),
            Clip.of("act", picture, -0.2f, 0.4f),
            LeakyRelu.of("act", picture, Weights.of(Shape.of(2), 0.1f, 0)))) {
      MaxPool pool = MaxPool.of("pool", activation, window);
      MaxPool last = MaxPool.of("last", pool, window);
      Graph graph = assertSame(rule, chain(picture, activation, pool));
      assertThat(graph.nodes()).extracting(Node::name).containsExactly("in", "pool", "act");
      assertThat(graph.output().shape()).isEqualTo(pool.shape());
      Graph both = new Simplification().apply(chain(picture, activation, pool, last));
      assertThat(both.nodes()).extracting(Node::name).containsExactly("in", "pool", "last", "act");
    }
  }

  @Test
  void othersStay() {
    LeakyRelu falling = LeakyRelu.of("act", picture, Weights.of(Shape.of(), -0.1f));
    assertUnchanged(rule, chain(picture, falling, MaxPool.of("pool", falling, window)));
    LeakyRelu places = LeakyRelu.of("act", picture, randoms(1, 5, 6, 1));
    assertUnchanged(rule, chain(picture, places, MaxPool.of("pool", places, window)));
    Relu relu = Relu.of("act", picture);
    assertUnchanged(rule, chain(picture, relu, AvgPool.of("pool", relu, window)));
    Window whole = new Window(Step.ONE, Step.ONE, Margins.NONE);
    MaxPool pool = MaxPool.of("pool", relu, whole);
    Add sum = Add.of("sum", List.of(relu, pool), List.of(1, 1));
    assertUnchanged(rule, chain(picture, relu, pool, sum));
  }
}
