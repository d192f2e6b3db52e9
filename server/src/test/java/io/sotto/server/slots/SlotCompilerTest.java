package io.sotto.server.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.compile.CompileException;
import io.sotto.server.compile.CompiledModel;
import io.sotto.server.compile.FixedPointSettings;
import io.sotto.tfimport.graph.AvgPool;
import io.sotto.tfimport.graph.BiasAdd;
import io.sotto.tfimport.graph.Conv2D;
import io.sotto.tfimport.graph.Conv2D.Margins;
import io.sotto.tfimport.graph.Conv2D.Step;
import io.sotto.tfimport.graph.Graph;
import io.sotto.tfimport.graph.GraphInterpreter;
import io.sotto.tfimport.graph.MatMul;
import io.sotto.tfimport.graph.Multiply;
import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Pad;
import io.sotto.tfimport.graph.Relu;
import io.sotto.tfimport.graph.Reshape;
import io.sotto.tfimport.graph.Scale;
import io.sotto.tfimport.graph.Shape;
import io.sotto.tfimport.graph.Window;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class SlotCompilerTest extends RandomLayers {
  SlotCompilerTest() {
    super(1);
  }

  private Graph everything() {
    Node x = start();
    Node pad = add(Pad.of("pad", x, List.of(1, 0, 0), List.of(0, 1, 0)));
    Node conv =
        add(
            Conv2D.of(
                "conv",
                pad,
                weights(Shape.of(3, 3, 1, 4)),
                new Step(2, 2),
                Step.ONE,
                Margins.NONE,
                2));
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
    try (CompiledModel model = SlotCompiler.compile(graph, FixedPointSettings.DEFAULTS, null, 1)) {
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

  @Test
  void otherLayersAreRefusedByName() {
    Node x = start();
    add(Relu.of("activation", x));
    assertThatThrownBy(
            () -> SlotCompiler.compile(new Graph(nodes), FixedPointSettings.DEFAULTS, null, 1))
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
            () -> SlotCompiler.compile(new Graph(nodes), FixedPointSettings.DEFAULTS, null, 1))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("levels");
  }
}
