package io.sotto.server.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.converter.shares.Wraps;
import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.MatMul;
import io.sotto.graph.Node;
import io.sotto.graph.Relu;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.calibrate.Calibration.Asked;
import io.sotto.server.compile.Chain;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calibrated on few samples or many, no value of 10,000 random inputs leaves its format. */
@ExtendWith(LeakCheck.class)
class OverflowTest {
  private static final int INPUTS = 10;
  private static final int TRIED = 10_000;
  private static final int BATCH = 500;
  private static final double LIMIT = 1;

  /** Dense layers of weights as Keras draws them, uniformly within the limits of Glorot. */
  private static Graph perceptron(int width, int layers, long seed) {
    Random random = new Random(seed);
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Input("x", Shape.of(INPUTS)));
    for (int layer = 0; layer <= layers; layer++) {
      Node last = nodes.get(nodes.size() - 1);
      int inputs = last.shape().dim(0);
      int outputs = layer == layers ? INPUTS : width;
      nodes.add(MatMul.of("dense" + layer, last, glorot(random, inputs, outputs)));
      if (layer < layers) {
        nodes.add(Relu.of("relu" + layer, nodes.get(nodes.size() - 1)));
      }
    }
    return new Graph(nodes);
  }

  private static Weights glorot(Random random, int inputs, int outputs) {
    double limit = Math.sqrt(6.0 / (inputs + outputs));
    float[] values = new float[inputs * outputs];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * limit);
    }
    return Weights.of(Shape.of(inputs, outputs), values);
  }

  @ParameterizedTest
  @CsvSource({"95, 2, 4", "95, 2, 16", "95, 2, 256", "407, 4, 4", "407, 4, 16", "407, 4, 256"})
  void noValueWraps(int width, int layers, int samples) {
    requireNoWraps(width, layers, samples);
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"705, 3, 4", "705, 3, 16", "705, 3, 256"})
  void noValueOfWideLayersWraps(int width, int layers, int samples) {
    requireNoWraps(width, layers, samples);
  }

  private static void requireNoWraps(int width, int layers, int samples) {
    Graph graph = perceptron(width, layers, width);
    FixedPointSettings settings = FixedPointSettings.DEFAULTS.withInputLimit(LIMIT);
    Calibration.Result found =
        Calibration.run(
            graph,
            settings,
            List.of(Chain.images(graph, samples, 1)),
            Asked.DEFAULTS.quick(1000, 12),
            Progress.NONE);

    assertThat(found.isReached()).isTrue();
    assertThat(found.wraps()).isZero();
    try (CompiledModel model = ModelCompiler.compile(graph, settings, found.ranges())) {
      Wraps wraps = new Wraps();
      for (int first = 0; first < TRIED; first += BATCH) {
        FloatReference.outputs(model, List.of(Chain.images(graph, BATCH, 100 + first)), wraps);
      }
      assertThat(wraps.first()).isEmpty();
    }
  }
}
