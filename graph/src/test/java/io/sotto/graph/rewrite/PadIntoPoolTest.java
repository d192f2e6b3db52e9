package io.sotto.graph.rewrite;

import static io.sotto.graph.rewrite.Rewritten.assertSame;
import static io.sotto.graph.rewrite.Rewritten.assertUnchanged;
import static io.sotto.graph.rewrite.Rewritten.chain;
import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Clip;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.MaxPool;
import io.sotto.graph.Node;
import io.sotto.graph.Pad;
import io.sotto.graph.Relu;
import io.sotto.graph.Shape;
import io.sotto.graph.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

class PadIntoPoolTest {
  private final PadIntoPool rule = new PadIntoPool();
  private final Input picture = new Input("in", Shape.of(5, 6, 2));
  private final Relu relu = Relu.of("relu", picture);

  private static MaxPool pool(Node input, Margins pads) {
    return MaxPool.of("pool", input, new Window(new Step(3, 3), new Step(2, 2), pads));
  }

  private static Pad pad(Node input, float value, int channels) {
    return Pad.of("pad", input, List.of(1, 0, 0), List.of(1, 2, channels), value);
  }

  @Test
  void zerosBehindAReluBecomeTheWindowsPadding() {
    Pad pad = pad(relu, 0, 0);
    Graph graph = assertSame(rule, chain(picture, relu, pad, pool(pad, new Margins(1, 0, 1, 0))));
    assertThat(((MaxPool) graph.output()).window().pads()).isEqualTo(new Margins(2, 1, 1, 2));
    Graph both =
        assertSame(new Simplification(), chain(picture, relu, pad, pool(pad, Margins.NONE)));
    assertThat(Rewritten.kinds(both)).containsExactly("in Input", "pool MaxPool", "relu Relu");
    Clip clip = Clip.of("clip", picture, 0, 0.5f);
    Pad behind = pad(clip, 0, 0);
    assertThat(assertSame(rule, chain(picture, clip, behind, pool(behind, Margins.NONE))).nodes())
        .hasSize(3);
  }

  @Test
  void othersStay() {
    Clip clip = Clip.of("clip", picture, -0.1f, 0.5f);
    Pad negative = pad(clip, 0, 0);
    assertUnchanged(rule, chain(picture, clip, negative, pool(negative, Margins.NONE)));
    Pad number = pad(relu, 0.5f, 0);
    assertUnchanged(rule, chain(picture, relu, number, pool(number, Margins.NONE)));
    Pad channels = pad(relu, 0, 1);
    assertUnchanged(rule, chain(picture, relu, channels, pool(channels, Margins.NONE)));
    Pad wide = pad(relu, 0, 0);
    assertUnchanged(rule, chain(picture, relu, wide, pool(wide, new Margins(0, 0, 0, 1))));
  }
}
