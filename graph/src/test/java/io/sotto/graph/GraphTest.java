package io.sotto.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Graph.Output;
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
    Input late = new Input("late", Shape.of(1));
    assertThatThrownBy(() -> new Graph(List.of(input, relu, flat, late)))
        .hasMessageContaining("starts with its inputs; late comes after others");
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
  void severalInputsAndOutputsKeepTheirOrderAndNames() {
    Input other = new Input("other", Shape.of(2, 3));
    Add sum = Add.of("sum", List.of(input, other), List.of(1, -1));
    Relu relu = Relu.of("relu", sum);
    Graph graph =
        new Graph(
            List.of(input, other, sum, relu),
            List.of(new Output("positive", "relu"), new Output("all", "sum")));
    assertThat(graph.inputs()).containsExactly(input, other);
    assertThat(graph.outputs()).extracting(Output::name).containsExactly("positive", "all");
    assertThat(graph.isOutput(sum)).isTrue();
    assertThat(graph.isOutput(other)).isFalse();
    assertThat(graph)
        .hasToString(
            """
            in     Input    2x3
            other  Input    2x3
            sum    Add      2x3  signs [1, -1]  from in, other
            relu   Relu     2x3
            output positive = relu
            output all = sum
            """);
    assertThatThrownBy(graph::input).hasMessage("the graph has 2 inputs");
    assertThatThrownBy(graph::output).hasMessage("the graph has 2 outputs");
    assertThatThrownBy(() -> new Graph(List.of(input), List.of()))
        .hasMessage("a graph has at least one output");
    assertThatThrownBy(() -> new Graph(List.of(input), List.of(new Output("y", "gone"))))
        .hasMessage("output y is of a node gone that is not there");
    Output twice = new Output("y", "in");
    assertThatThrownBy(() -> new Graph(List.of(input), List.of(twice, twice)))
        .hasMessage("two outputs are called y");
  }

  @Test
  void probabilitiesAndClassesAreOutputsOnly() {
    Softmax softmax = Softmax.of("softmax", relu);
    ArgMax classes = ArgMax.of("class", relu);
    Graph graph =
        new Graph(
            List.of(input, relu, softmax, classes),
            List.of(new Output("p", "softmax"), new Output("c", "class")));
    assertThat(graph.node("class").shape()).isEqualTo(Shape.of(2));
    assertThatThrownBy(() -> new Graph(List.of(input, relu, softmax, Relu.of("again", softmax))))
        .hasMessage("softmax is a Softmax, which can only be an output, but again takes it");
  }

  @Test
  void whatDoesNotFitTheNewKindsIsRefused() {
    Input picture = new Input("picture", Shape.of(4, 4, 2));
    Window two = new Window(new Step(2, 2), new Step(2, 2), Margins.NONE);
    assertThatThrownBy(() -> MaxPool.of("pool", input, two))
        .hasMessageContaining("pooling takes height x width x channels, not 2x3");
    assertThatThrownBy(
            () -> AvgPool.of("pool", picture, new Window(new Step(5, 1), Step.ONE, Margins.NONE)))
        .hasMessageContaining("a window of 5x1 is larger than its input of 4x4x2");
    assertThatThrownBy(() -> new Window(new Step(2, 2), Step.ONE, new Margins(0, 0, 2, 0)))
        .hasMessageContaining("so its pads are smaller, unlike 0,0,2,0");
    assertThatThrownBy(() -> Add.of("sum", List.of(input, picture), List.of(1, 1)))
        .hasMessageContaining("takes tensors of one shape");
    assertThatThrownBy(() -> Add.of("sum", List.of(input, input), List.of(1, 2)))
        .hasMessageContaining("signs are 1 or -1, not 2");
    assertThatThrownBy(() -> Add.of("sum", List.of(input), List.of(1)))
        .hasMessageContaining("two or more tensors");
    assertThatThrownBy(() -> Multiply.of("product", input, picture))
        .hasMessageContaining("takes tensors of one shape");
    assertThatThrownBy(() -> Clip.of("clip", input, 2, 1)).hasMessageContaining("2.0 and 1.0");
    assertThatThrownBy(() -> Clip.of("clip", input, Float.NaN, 1)).hasMessageContaining("NaN");
    assertThatThrownBy(
            () -> Clip.of("clip", input, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY))
        .hasMessageContaining("at least one is finite");
    Weights pair = Weights.of(Shape.of(2), 1, 2);
    assertThatThrownBy(() -> Scale.times("scale", input, pair))
        .hasMessageContaining("factors of 2 and offsets of scalar do not repeat over 2x3");
    assertThatThrownBy(() -> LeakyRelu.of("leaky", input, pair))
        .hasMessageContaining("slopes of 2 do not repeat over 2x3");
    assertThatThrownBy(() -> Gather.of("gather", input, Shape.of(2), Indices.of(0)))
        .hasMessageContaining("a result of 2 is not made of 1 elements");
    assertThatThrownBy(() -> Gather.of("gather", input, Shape.of(1), Indices.of(6)))
        .hasMessageContaining("it takes element 6 of 6");
    assertThatThrownBy(() -> Indices.of(1, -1)).hasMessageContaining("unlike -1");
    assertThatThrownBy(
            () -> Pad.of("pad", input, List.of(0, 0), List.of(0, 0), Float.POSITIVE_INFINITY))
        .hasMessageContaining("pads are finite");
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
