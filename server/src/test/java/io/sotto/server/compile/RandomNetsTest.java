package io.sotto.server.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.NumericRanges;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.compile.operations.OperationsInterpreter;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random models: the lowered operations, the twin and the whole protocol against the floats. */
@ExtendWith(LeakCheck.class)
class RandomNetsTest {
  private static final int TWENTY = 20;

  /** Of the values inside; outputs may be much smaller, as differences of them. */
  private static final double MAGNITUDE = 1;

  private static CompiledModel compiled(Graph graph, List<float[]> images) {
    return ModelCompiler.compile(
        graph, FixedPointSettings.DEFAULTS, Ranges.of(graph, NumericRanges.measure(graph, images)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void twoHundredModelsInTheClear(int decade) {
    for (long seed = TWENTY * (long) decade; seed < TWENTY * (decade + 1L); seed++) {
      Graph graph = RandomNets.of(seed);
      OperationsInterpreter.requireSame(graph, Lowered.of(graph, false).operations(), seed);
      List<float[]> images = Nets.images(graph, 3, seed);
      try (CompiledModel model = compiled(graph, images)) {
        double error =
            Predictions.error(
                graph,
                new GraphInterpreter(graph).run(images),
                Predictions.byTwin(model, images),
                MAGNITUDE);
        assertThat(error).as("seed %d%n%s", seed, graph).isLessThan(Predictions.TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1000, 1001, 1002, 1003})
  void twentyModelsByTheProtocol(long first) throws Exception {
    for (long seed = first; seed < 1020; seed += 4) {
      Graph graph = RandomNets.of(seed);
      List<float[]> images = Nets.images(graph, 2, seed);
      try (CompiledModel model = compiled(graph, images)) {
        double error =
            Predictions.error(
                graph,
                new GraphInterpreter(graph).run(images),
                Predictions.byProtocol(model, images),
                MAGNITUDE);
        assertThat(error).as("seed %d%n%s", seed, graph).isLessThan(Predictions.TOLERANCE);
      }
    }
  }
}
