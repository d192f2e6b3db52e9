package io.sotto.tfimport.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class GraphTest {
  private final Input input = new Input("in", Shape.of(2, 3));
  private final Relu relu = Relu.of("relu", input);
  private final Reshape flat = Reshape.of("flat", relu, Shape.of(6));

  @Test
  void aGraphKnowsItsNodesAndTheirNeighbours() {
    Graph graph = new Graph(List.of(input, relu, flat));
    assertThat(graph.input()).isEqualTo(input);
    assertThat(graph.output()).isEqualTo(flat);
    assertThat(graph.node("relu")).isEqualTo(relu);
    assertThat(graph.inputsOf(flat)).containsExactly(relu);
    assertThat(graph.consumersOf(relu)).containsExactly(flat);
    assertThat(graph.consumersOf(flat)).isEmpty();
    assertThatThrownBy(() -> graph.node("other")).hasMessageContaining("[in, relu, flat]");
  }

  @Test
  void printingShowsWhereANodeTakesFromIfNotFromTheLineAbove() {
    BiasAdd bias = BiasAdd.of("bias", input, Weights.of(Shape.of(3), 1, 2, 3));
    assertThatThrownBy(() -> new Graph(List.of(input, relu, bias)))
        .hasMessage("relu leads to no output");
    Graph graph = new Graph(List.of(input, relu, flat));
    assertThat(graph).hasToString("in    Input    2x3\nrelu  Relu     2x3\nflat  Reshape  6\n");
  }

  @Test
  void wrongOrdersAndNamesAreRefused() {
    assertThatThrownBy(() -> new Graph(List.of())).hasMessageContaining("starts with its input");
    assertThatThrownBy(() -> new Graph(List.of(relu, flat)))
        .hasMessageContaining("starts with its input");
    assertThatThrownBy(() -> new Graph(List.of(input, flat, relu)))
        .hasMessageContaining("flat takes relu, which is not before it");
    assertThatThrownBy(() -> new Graph(List.of(input, new Input("two", Shape.of(1)))))
        .hasMessageContaining("not both in and two");
    assertThatThrownBy(() -> new Graph(List.of(input, relu, Relu.of("relu", relu))))
        .hasMessageContaining("called relu");
  }

  @Test
  void shapesThatDoNotFollowAreRefused() {
    assertThatThrownBy(() -> new Graph(List.of(input, new Relu("relu", "in", Shape.of(3, 2)))))
        .hasMessageContaining("relu says shape 3x2, but its inputs give 2x3");
    assertThatThrownBy(() -> Reshape.of("flat", input, Shape.of(5)))
        .hasMessageContaining("2x3 and 5 differ");
    assertThatThrownBy(() -> BiasAdd.of("bias", input, Weights.of(Shape.of(2), 1, 2)))
        .hasMessageContaining("does not fit the channels of 2x3");
    Weights matrix = Weights.of(Shape.of(3, 1), 1, 2, 3);
    assertThatThrownBy(() -> MatMul.of("product", input, matrix))
        .hasMessageContaining("does not fit a matrix of 3x1");
    assertThatThrownBy(() -> Pad.of("pad", input, List.of(1), List.of(1)))
        .hasMessageContaining("do not fit");
    assertThatThrownBy(() -> Pad.of("pad", input, List.of(1, -1), List.of(1, 1)))
        .hasMessageContaining("not negative");
  }

  @Test
  void weightsAreNotShared() {
    float[] values = {1, 2};
    Weights weights = Weights.of(Shape.of(2), values);
    values[0] = 9;
    weights.toArray()[1] = 9;
    assertThat(weights.toArray()).containsExactly(1, 2);
    assertThat(weights).isEqualTo(Weights.of(Shape.of(2), 1, 2)).hasToString("Weights[2]");
    assertThat(weights).isNotEqualTo(Weights.of(Shape.of(2), 1, 3));
    assertThatThrownBy(() -> Weights.of(Shape.of(2), 1, 2, 3)).hasMessageContaining("not 3");
    assertThatThrownBy(() -> Weights.of(Shape.of(1), Float.NaN)).hasMessageContaining("finite");
  }

  @Test
  void shapesCountAndPrint() {
    assertThat(Shape.of(28, 28, 1).elements()).isEqualTo(784);
    assertThat(Shape.of(28, 27, 1)).hasToString("28x27x1");
    assertThat(Shape.of().elements()).isEqualTo(1);
    assertThat(Shape.of()).hasToString("scalar");
    assertThatThrownBy(() -> Shape.of(2, 0)).hasMessageContaining("positive");
    assertThatThrownBy(() -> Shape.of(1 << 16, 1 << 16)).hasMessageContaining("at most");
  }
}
