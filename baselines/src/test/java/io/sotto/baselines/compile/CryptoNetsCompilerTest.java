package io.sotto.baselines.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sotto.baselines.cryptonets.SlotsSpec;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.graph.AvgPool;
import io.sotto.graph.BiasAdd;
import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.Input;
import io.sotto.graph.MatMul;
import io.sotto.graph.Multiply;
import io.sotto.graph.Node;
import io.sotto.graph.Pad;
import io.sotto.graph.Relu;
import io.sotto.graph.Reshape;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Window;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class CryptoNetsCompilerTest extends RandomLayers {
  CryptoNetsCompilerTest() {
    super(1);
  }

  /** A convolution with a stride of two. */
  private Node everySecond(Node input, Shape kernel, int groups) {
    return add(
        Conv2D.of("conv", input, weights(kernel), new Step(2, 2), Step.ONE, Margins.NONE, groups));
  }

  private Graph everything() {
    Node x = start();
    Node pad = add(Pad.of("pad", x, List.of(1, 0, 0), List.of(0, 1, 0)));
    Node conv = everySecond(pad, Shape.of(3, 3, 1, 4), 2);
    Node bias = add(BiasAdd.of("bias", conv, weights(Shape.of(4))));
    Node scale = add(Scale.of("scale", bias, weights(Shape.of(4)), weights(Shape.of(3, 3, 4))));
    Node square = add(Multiply.of("square", scale, scale));
    Node pool = add(AvgPool.of("pool", square, new Window(new Step(2, 2), Step.ONE, Margins.NONE)));
    Node padded = add(Pad.of("zeros", pool, List.of(0, 1, 0), List.of(0, 0, 0)));
    Node again = add(Multiply.of("again", padded, padded));
    Node flat = add(Reshape.of("flat", again, Shape.of(24)));
    add(MatMul.of("dense", flat, weights(Shape.of(24, 5))));
    return new Graph(nodes);
  }

  @Test
  void aNetworkOfSquaresIsWhatTheInterpreterComputes() {
    Graph graph = everything();
    int count = 20;
    float[] images = new float[count * 72];
    for (int i = 0; i < images.length; i++) {
      images[i] = random.nextInt(2048) / 1024f - 1;
    }
    float[] floats = new GraphInterpreter(graph).run(images);
    try (CompiledModel model =
        CryptoNetsCompiler.compile(graph, FixedPointSettings.DEFAULTS, null, 1)) {
      List<FixedTensor> values = model.plan().runTwin(model.plan().plan().input().quantize(images));
      FixedTensor outputs = values.get(values.size() - 1);
      for (int i = 0; i < floats.length; i++) {
        assertThat(outputs.real(i % 5, i / 5))
            .as("output %d of seed %d", i, SEED)
            .isCloseTo(floats[i], within(1e-3));
      }
      assertThat(model.plan().plan().maxImages()).isEqualTo(4096);
      assertThat(model.warnings()).anyMatch(warning -> warning.contains("calibrate"));
    }
  }

  /** The primes that a level of its own for the layer of means would need, it does without. */
  @Test
  void aPoolingIsPartOfTheDenseLayerAfterIt() {
    Node x = start();
    Node square = add(Multiply.of("square", x, x));
    Node pool =
        add(AvgPool.of("means", square, new Window(new Step(2, 2), new Step(2, 2), Margins.NONE)));
    Node flat = add(Reshape.of("flat", pool, Shape.of(18)));
    add(MatMul.of("dense", flat, weights(Shape.of(18, 5))));
    Graph graph = new Graph(nodes);

    List<SlotLayer> lowered = SlotLowering.lower(graph, SlotLowering.Chains.OF_SQUARES);
    List<SlotLayer> merged = SlotMerger.cheapest(lowered);

    assertThat(lowered).extracting(SlotLayer::outputs).containsExactly(72, 18, 5);
    assertThat(merged).extracting(SlotLayer::outputs).containsExactly(72, 5);
    assertThat(SlotMerger.cost(merged)).isLessThan(SlotMerger.cost(lowered));
    float[] images = new float[72];
    for (int i = 0; i < images.length; i++) {
      images[i] = random.nextInt(2048) / 1024f - 1;
    }
    float[] floats = new GraphInterpreter(graph).run(images);
    try (CompiledModel model =
        CryptoNetsCompiler.compile(graph, FixedPointSettings.DEFAULTS, null, 1)) {
      SlotsSpec spec = (SlotsSpec) model.plan().plan().steps().get(0).spec();
      // One for the results, two for the squares' layer, one for keys.
      assertThat(spec.parameters().primeBits()).hasSize(4);
      List<FixedTensor> values = model.plan().runTwin(model.plan().plan().input().quantize(images));
      for (int i = 0; i < floats.length; i++) {
        assertThat(values.get(values.size() - 1).real(i, 0)).isCloseTo(floats[i], within(1e-3));
      }
    }
  }

  @Test
  void whatAStridePassesOverIsNotComputed() {
    Node x = start();
    Node square = add(Multiply.of("square", x, x));
    Node conv = everySecond(square, Shape.of(3, 3, 2, 4), 1);
    add(Multiply.of("again", conv, conv));

    List<SlotLayer> layers = SlotLowering.lower(new Graph(nodes), SlotLowering.Chains.OF_SQUARES);

    // Two positions of three pixels with a step of two see five of six rows and columns.
    assertThat(layers).extracting(SlotLayer::outputs).containsExactly(5 * 5 * 2, 16, 16);
    assertThat(layers.get(1).map().inputs()).isEqualTo(50);
  }

  @Test
  void denseLayersWithANarrowPlaceBetweenThemStayTwo() {
    Node x = add(new Input("x", Shape.of(1000)));
    Node narrow = add(MatMul.of("narrow", x, weights(Shape.of(1000, 3))));
    Node wide = add(MatMul.of("wide", narrow, weights(Shape.of(3, 1000))));
    Node square = add(Multiply.of("square", wide, wide));
    add(MatMul.of("dense", square, weights(Shape.of(1000, 2))));

    List<SlotLayer> lowered = SlotLowering.lower(new Graph(nodes), SlotLowering.Chains.OF_SQUARES);

    assertThat(SlotMerger.cheapest(lowered))
        .extracting(SlotLayer::outputs)
        .containsExactly(3, 1000, 2);
    assertThat(SlotMerger.all(lowered)).extracting(SlotLayer::outputs).containsExactly(1000, 2);
  }

  /** What is dearer as one layer is one all the same if no ring has levels for two. */
  @Test
  void layersAreMergedWhereLevelsAreShort() {
    Node current = add(new Input("x", Shape.of(40)));
    for (int i = 0; i < 12; i++) {
      Node narrow = add(MatMul.of("narrow" + i, current, weights(Shape.of(40, 1))));
      Node wide = add(MatMul.of("wide" + i, narrow, weights(Shape.of(1, 40))));
      current = add(Multiply.of("square" + i, wide, wide));
    }
    List<SlotLayer> lowered = SlotLowering.lower(new Graph(nodes), SlotLowering.Chains.OF_SQUARES);

    assertThat(SlotMerger.cost(lowered)).isInfinite();
    List<SlotLayer> merged = SlotMerger.cheapest(lowered);

    assertThat(merged).hasSizeLessThan(lowered.size());
    assertThat(SlotMerger.cost(merged)).isFinite();
  }

  @Test
  void otherLayersAreRefusedByName() {
    Node x = start();
    add(Relu.of("activation", x));
    assertThatThrownBy(
            () ->
                CryptoNetsCompiler.compile(new Graph(nodes), FixedPointSettings.DEFAULTS, null, 1))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("activation is a Relu");
  }

  @Test
  void depthBeyondTheLargestRingIsRefused() {
    Node current = start();
    for (int i = 0; i < 20; i++) {
      current = add(Multiply.of("square" + i, current, current));
    }
    assertThatThrownBy(
            () ->
                CryptoNetsCompiler.compile(new Graph(nodes), FixedPointSettings.DEFAULTS, null, 1))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("levels");
  }
}
