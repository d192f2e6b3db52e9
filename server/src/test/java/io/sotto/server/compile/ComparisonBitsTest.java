package io.sotto.server.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.converter.relu.ReluSpec;
import io.sotto.server.compile.ComparisonBits.Trial;
import io.sotto.tfimport.graph.Graph;
import io.sotto.tfimport.graph.NumericRanges;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonBitsTest {
  private final Graph graph = new Chain(1, 20).dense(40).bias().relu().dense(5).bias().build();
  private final float[] samples = Chain.images(graph, 60, 1);
  private final Ranges ranges = Ranges.of(graph, NumericRanges.measure(graph, samples));

  /** The one relu of the model with these settings. */
  private ReluSpec relu(FixedPointSettings settings, Ranges calibrated) {
    try (CompiledModel model = ModelCompiler.compile(graph, settings, calibrated)) {
      return model.plan().steps().stream()
          .map(step -> step.spec())
          .filter(ReluSpec.class::isInstance)
          .map(ReluSpec.class::cast)
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void theSearchEndsBetweenEnoughBitsAndTooFew() {
    List<Trial> trials = search(ComparisonBits.TOLERANCE);

    int enough = bits(trials);
    int tooFew =
        trials.stream()
            .filter(t -> !t.accepted())
            .mapToInt(Trial::bits)
            .max()
            .orElse(ComparisonBits.FEWEST - 1);
    assertThat(enough).isEqualTo(tooFew + 1);
    assertThat(ComparisonBits.found(ranges, trials).comparisonBits()).isEqualTo(enough);
    assertThat(enough).isLessThan(relu(FixedPointSettings.DEFAULTS, ranges).input().bits());
  }

  @Test
  void lessToleranceTakesMoreBits() {
    assertThat(bits(search(0))).isGreaterThan(bits(search(ComparisonBits.TOLERANCE)));
    assertThat(search(0)).filteredOn(Trial::accepted).allMatch(trial -> trial.change() == 0);
  }

  private List<Trial> search(double tolerance) {
    return ComparisonBits.search(graph, ranges, List.of(samples), tolerance);
  }

  private static int bits(List<Trial> trials) {
    return trials.stream().filter(Trial::accepted).mapToInt(Trial::bits).min().orElseThrow();
  }

  @Test
  void whatWasFoundIsWhatComparisonsLeaveOutUnlessTheSettingsSayOtherwise() {
    int bits = relu(FixedPointSettings.DEFAULTS, ranges).input().bits();
    FixedPointSettings settings = FixedPointSettings.DEFAULTS;

    assertThat(relu(settings, ranges).dropped()).isZero();
    assertThat(relu(settings, ranges.withComparisonBits(9)).dropped()).isEqualTo(bits - 9);
    assertThat(relu(settings.withComparisonBits(12), ranges.withComparisonBits(9)).dropped())
        .isEqualTo(bits - 12);
    assertThat(relu(settings.withComparisonBits(32), ranges.withComparisonBits(9)).dropped())
        .isZero();
  }

  @Test
  void thePlainFormComparesAllBits() {
    try (CompiledModel model =
        ModelCompiler.compile(
            graph,
            FixedPointSettings.DEFAULTS,
            ReluSpec.Form.PLAIN,
            ranges.withComparisonBits(9))) {
      assertThat(model.plan().steps())
          .noneMatch(step -> step.spec() instanceof ReluSpec relu && relu.dropped() > 0);
    }
  }

  /** However few bits are asked for, the largest magnitude that a value is held for is compared. */
  @Test
  void bitsAreKeptThatTheLargestValuesNeed() {
    for (double headroom : new double[] {1, 1.2, 1.5, 1.7, 1.9}) {
      FixedPointSettings settings =
          FixedPointSettings.DEFAULTS.withHeadroom(headroom).withComparisonBits(4);
      try (CompiledModel model = ModelCompiler.compile(graph, settings, ranges)) {
        model.plan().runTwin(model.plan().plan().input().quantize(samples));
      }
    }
  }
}
