package io.sotto.baselines.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sotto.baselines.mp2ml.SlotLinearSpec;
import io.sotto.baselines.mp2ml.SlotReluSpec;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.graph.AvgPool;
import io.sotto.graph.BiasAdd;
import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.MatMul;
import io.sotto.graph.Multiply;
import io.sotto.graph.Node;
import io.sotto.graph.Pad;
import io.sotto.graph.Relu;
import io.sotto.graph.Reshape;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.graph.Window;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class Mp2mlCompilerTest extends RandomLayers {
  Mp2mlCompilerTest() {
    super(0.5f);
  }

  /** A convolution whose results are pooled at once, and a layer after that. */
  private Graph everything(boolean endsWithRelu) {
    Node x = start();
    Node pad = add(Pad.of("pad", x, List.of(1, 0, 0), List.of(0, 1, 0)));
    Node conv =
        add(
            Conv2D.of(
                "conv", pad, weights(Shape.of(2, 2, 2, 3)), Step.ONE, Step.ONE, Margins.NONE, 1));
    Node bias = add(BiasAdd.of("bias", conv, weights(Shape.of(3))));
    Node pool = add(AvgPool.of("pool", bias, new Window(new Step(2, 2), Step.ONE, Margins.NONE)));
    Node relu = add(Relu.of("relu", pool));
    Node padded = add(Pad.of("zeros", relu, List.of(0, 1, 0), List.of(0, 0, 0)));
    Node again =
        add(AvgPool.of("means", padded, new Window(new Step(2, 2), Step.ONE, Margins.NONE)));
    Node flat = add(Reshape.of("flat", again, Shape.of(again.shape().elements())));
    Node dense = add(MatMul.of("dense", flat, weights(Shape.of(again.shape().elements(), 5))));
    if (endsWithRelu) {
      add(Relu.of("last", dense));
    }
    return new Graph(nodes);
  }

  private void requireSame(Graph graph, int steps) {
    int count = 20;
    float[] images = new float[count * 72];
    for (int i = 0; i < images.length; i++) {
      images[i] = random.nextInt(2048) / 1024f - 1;
    }
    float[] floats = new GraphInterpreter(graph).run(images);
    try (CompiledModel model = Mp2mlCompiler.compile(graph, FixedPointSettings.DEFAULTS, null, 1)) {
      List<FixedTensor> values = model.plan().runTwin(model.plan().plan().input().quantize(images));
      FixedTensor outputs = values.get(values.size() - 1);
      for (int i = 0; i < floats.length; i++) {
        assertThat(outputs.real(i % 5, i / 5))
            .as("output %d of seed %d", i, SEED)
            .isCloseTo(floats[i], within(0.02));
      }
      assertThat(model.plan().plan().steps()).hasSize(steps);
      assertThat(model.layers()).hasSize(steps);
      assertThat(model.plan().plan().maxImages()).isEqualTo(4096);
      assertThat(model.warnings()).anyMatch(warning -> warning.contains("calibrate"));
    }
  }

  @Test
  void layersWithoutAReluBetweenThemBecomeOne() {
    requireSame(everything(false), 4);
  }

  @Test
  void aReluMayBeTheLastLayer() {
    requireSame(everything(true), 5);
  }

  @Test
  void noiseAndMasksDecideFractionsAndLevels() {
    try (CompiledModel model =
        Mp2mlCompiler.compile(everything(false), FixedPointSettings.DEFAULTS, null, 1)) {
      var steps = model.plan().plan().steps();
      SlotLinearSpec first = (SlotLinearSpec) steps.get(0).spec();
      SlotReluSpec relu = (SlotReluSpec) steps.get(1).spec();
      assertThat(relu.output().bits()).isEqualTo(first.output().bits() + 40);
      assertThat(first.output().fraction()).isBetween(9, 12);
      assertThat(first.level()).isEqualTo(2);
      assertThat(model.layers().get(0).noiseMarginBits()).isPositive();
    }
  }

  @Test
  void otherLayersAreRefusedByName() {
    Node x = start();
    add(Multiply.of("square", x, x));
    assertThatThrownBy(
            () -> Mp2mlCompiler.compile(new Graph(nodes), FixedPointSettings.DEFAULTS, null, 1))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("square is a Multiply; scheme mp2ml")
        .hasMessageContaining("hybrid");
  }

  @Test
  void resultsTooLargeForTheMasksAreRefused() {
    Node x = start();
    Node flat = add(Reshape.of("flat", x, Shape.of(72)));
    float[] large = new float[72];
    java.util.Arrays.fill(large, 300);
    add(Relu.of("relu", add(MatMul.of("dense", flat, Weights.of(Shape.of(72, 1), large)))));
    assertThatThrownBy(
            () -> Mp2mlCompiler.compile(new Graph(nodes), FixedPointSettings.DEFAULTS, null, 1))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("too few bits to scheme mp2ml");
  }
}
