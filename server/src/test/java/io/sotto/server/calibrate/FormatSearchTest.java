package io.sotto.server.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.Input;
import io.sotto.graph.LeakyRelu;
import io.sotto.graph.MatMul;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.calibrate.Calibration.Asked;
import io.sotto.server.compile.Chain;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.compile.Predictions;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class FormatSearchTest {
  private static final FixedPointSettings SETTINGS = FixedPointSettings.DEFAULTS.withInputLimit(1);
  private static final Asked ASKED = Asked.DEFAULTS.quick(256, 100);

  private final Graph small = new Chain(3, 6, 6, 1).conv(3, 3, 4).relu().flatten().dense(5).build();

  private static Calibration.Result search(Graph graph, int images, Asked asked) {
    return Calibration.run(
        graph, SETTINGS, List.of(Chain.images(graph, images, 7)), asked, Progress.NONE);
  }

  private static double error(Graph graph, Ranges ranges, float[] images) {
    List<float[]> expected = new GraphInterpreter(graph).run(List.of(images));
    try (CompiledModel model = ModelCompiler.compile(graph, SETTINGS, ranges)) {
      return Predictions.error(graph, expected, Predictions.byTwin(model, List.of(images)));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.02, 0.005, 0.001})
  void theToleranceHoldsAndIsWhatIsSaid(double tolerance) {
    Calibration.Result found = search(small, 200, ASKED.within(tolerance, 0.99));

    assertThat(found.isReached()).isTrue();
    assertThat(found.wraps()).isZero();
    double error = error(small, found.ranges(), Chain.images(small, 200, 7));
    assertThat(error).isLessThanOrEqualTo(tolerance);
    assertThat(found.error()).isEqualTo(error);
  }

  @Test
  void bytesFollowTheTolerance() {
    Calibration.Result coarse = search(small, 100, ASKED.within(0.02, 0.9));
    Calibration.Result fine = search(small, 100, ASKED);

    assertThat(fine.bytes()).isLessThan(fine.before());
    assertThat(coarse.bytes()).isLessThan(fine.bytes());
  }

  @Test
  void theSameSamplesGiveTheSameFormats() {
    assertThat(search(small, 100, ASKED)).isEqualTo(search(small, 100, ASKED));
  }

  @Test
  void whatCannotBeReachedIsComeCloseTo() {
    Calibration.Result found = search(small, 20, ASKED.within(1e-9, 1));

    assertThat(found.isReached()).isFalse();
    assertThat(found.error()).isBetween(1e-9, 1e-3);
  }

  /** As MTCNN's first network is: weights of 0.01 in one layer and of 3 in the next, and PReLU. */
  private static Graph uneven() {
    Random random = new Random(5);
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Input("x", Shape.of(40)));
    double[] limits = {0.01, 3, 0.02, 2};
    for (int layer = 0; layer < limits.length; layer++) {
      Node last = nodes.get(nodes.size() - 1);
      Weights weights = random(random, limits[layer], last.shape().dim(0), 12);
      nodes.add(MatMul.of("dense" + layer, last, weights));
      if (layer < limits.length - 1) {
        nodes.add(
            LeakyRelu.of("prelu" + layer, nodes.get(nodes.size() - 1), random(random, 0.4, 12)));
      }
    }
    return new Graph(nodes);
  }

  private static Weights random(Random random, double limit, int... shape) {
    float[] values = new float[Shape.of(shape).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * limit);
    }
    return Weights.of(Shape.of(shape), values);
  }

  @Test
  void layersOfSmallWeightsAmongLargeOnesGetTheBitsThatTheyNeed() {
    Graph graph = uneven();
    Calibration.Result found = search(graph, 300, ASKED);

    assertThat(found.isReached()).isTrue();
    assertThat(error(graph, found.ranges(), Chain.images(graph, 300, 99))).isLessThan(0.006);
    TreeSet<Integer> fractions = new TreeSet<>();
    found.ranges().layers().values().forEach(bits -> fractions.add(bits.weightFraction()));
    assertThat(fractions.last() - fractions.first()).isGreaterThanOrEqualTo(4);
  }

  @Test
  void samplesThatAreNoNumbersAreRefused() {
    float[] images = Chain.images(small, 3, 1);
    Arrays.fill(images, 10, 12, Float.NaN);

    assertThatThrownBy(
            () -> Calibration.run(small, SETTINGS, List.of(images), ASKED, Progress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
  }
}
