package io.sotto.graph;

import static io.sotto.graph.ElementSources.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElementSourcesTest {
  private static final Shape PICTURE = Shape.of(3, 4, 2);
  private static final Input INPUT = new Input("in", PICTURE);

  @Test
  void aConvolutionTakesRowsThenColumnsThenTheChannelsOfItsGroup() {
    Weights weights = Weights.of(Shape.of(2, 2, 1, 2), new float[8]);
    Conv2D conv =
        Conv2D.of(
            "conv", INPUT, weights, new Step(2, 1), new Step(1, 2), new Margins(1, 0, 0, 0), 2);
    assertThat(ElementSources.of(conv, PICTURE, 0, 1, 0)).containsExactly(NOTHING, NOTHING, 2, 6);
    assertThat(ElementSources.of(conv, PICTURE, 1, 1, 1)).containsExactly(11, 15, 19, 23);
  }

  @Test
  void aWindowTakesWhatLiesInsideOfThePicture() {
    Window window = new Window(new Step(2, 3), new Step(2, 2), new Margins(0, 1, 1, 1));
    assertThat(ElementSources.of(window, PICTURE, 0, 0, 1)).containsExactly(1, 3, 9, 11);
    assertThat(ElementSources.of(window, PICTURE, 1, 1, 0)).containsExactly(18, 20, 22);
  }

  @Test
  void padsAreNothing() {
    Input input = new Input("in", Shape.of(2, 2));
    Pad pad = Pad.of("pad", input, List.of(1, 0), List.of(0, 1));
    assertThat(ElementSources.of(pad, input.shape()))
        .containsExactly(NOTHING, NOTHING, NOTHING, 0, 1, NOTHING, 2, 3, NOTHING);
  }

  @Test
  void weightsOfAnOutputAreARow() {
    Weights weights = Weights.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    assertThat(weights.rows(1, 3)).containsExactly(2, 5, 3, 6);
  }
}
