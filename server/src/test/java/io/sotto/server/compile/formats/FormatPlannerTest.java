package io.sotto.server.compile.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.graph.Graph;
import io.sotto.graph.NumericRanges;
import io.sotto.server.compile.Chain;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FormatPlannerTest {
  private static final FixedPointSettings DEFAULTS = FixedPointSettings.DEFAULTS;

  private static Formats bounded(Graph graph, FixedPointSettings settings) {
    return FormatPlanner.plan(
        Lowered.of(graph, false).operations(), settings, KnownRanges.of(settings, null, null), 8);
  }

  private static Formats calibrated(Graph graph, FixedPointSettings settings, float... images) {
    Ranges ranges = Ranges.of(graph, NumericRanges.measure(graph, images));
    return FormatPlanner.plan(
        Lowered.of(graph, false).operations(), settings, KnownRanges.of(settings, ranges, null), 8);
  }

  private static InputFormat input(Formats formats) {
    return formats.inputs().values().iterator().next();
  }

  /** The linear layers in order. */
  private static LinearFormat linear(Formats formats, int index) {
    return formats.linear().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList()
        .get(index);
  }

  @Test
  void widthsFollowFromTheBoundWithoutCalibration() {
    Formats formats = bounded(new Chain(1, 2).dense(1, 3f, -2f).build(), DEFAULTS);

    assertThat(input(formats).fraction()).isEqualTo(10);
    assertThat(input(formats).realLimit()).isEqualTo(1.0);
    LinearFormat linear = linear(formats, 0);
    assertThat(linear.bound()).isEqualTo(5.0);
    // 5 * 2^8 = 1280 takes 11 bits and a sign.
    assertThat(linear.outputFraction()).isEqualTo(8);
    assertThat(linear.bits()).isEqualTo(12);
    assertThat(linear.wideBits()).isEqualTo(12 + 10 + 11 - 8);
    assertThat(formats.warnings())
        .anySatisfy(warning -> assertThat(warning).contains("sotto calibrate"))
        .anySatisfy(warning -> assertThat(warning).contains("input-limit"));
  }

  @Test
  void hiddenLayersKeepMoreFractionBitsThanTheLast() {
    Formats formats =
        bounded(new Chain(1, 2).dense(2, 1, 0, 0, 1).relu().dense(1, 1, 1).build(), DEFAULTS);

    assertThat(linear(formats, 0).outputFraction()).isEqualTo(12);
    assertThat(linear(formats, 1).inputFraction()).isEqualTo(12);
    assertThat(linear(formats, 1).outputFraction()).isEqualTo(9);
    assertThat(linear(formats, 1).wideBits()).isGreaterThanOrEqualTo(linear(formats, 0).bits());
  }

  @Test
  void aLayerWhoseReluIsRevealedCountsAsTheLast() {
    Formats formats = bounded(new Chain(1, 2).dense(1, 1, 1).relu().build(), DEFAULTS);

    assertThat(linear(formats, 0).outputFraction()).isEqualTo(9);
  }

  @Test
  void calibrationTimesHeadroomDecidesWhereItIsBelowTheBound() {
    Graph graph = new Chain(1, 2).dense(1, 8f, 8f).build();
    Formats formats = calibrated(graph, DEFAULTS, 1, -0.75f, -1, 0.75f);

    LinearFormat linear = linear(formats, 0);
    assertThat(input(formats).realLimit()).isEqualTo(1.5);
    assertThat(linear.expected()).isEqualTo(2.0);
    assertThat(linear.bound()).isEqualTo(24.0);
    // 2 * 1.5 * 2^9 = 1536 takes 11 bits and a sign.
    assertThat(linear.bits()).isEqualTo(12);
    assertThat(formats.warnings()).isEmpty();
  }

  @Test
  void theBoundDecidesWhereItIsBelowTheCalibrationTimesHeadroom() {
    Graph graph = new Chain(1, 2).dense(1, 1f, 1f).build();
    Formats formats =
        calibrated(graph, DEFAULTS.withHeadroom(1024).withInputLimit(1), 1, 1, -1, -1);

    assertThat(linear(formats, 0).bits()).isEqualTo(1 + 11);
  }

  @Test
  void valuesThatNeedMoreThanMaxBitsLoseFractionBitsAndSayIt() {
    Graph graph = new Chain(1, 2).dense(1, 3f, -2f).build();
    Formats formats = bounded(graph, DEFAULTS.withMaxBits(8));

    assertThat(linear(formats, 0).outputFraction()).isEqualTo(4);
    assertThat(linear(formats, 0).bits()).isEqualTo(8);
    assertThat(formats.warnings())
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .contains("dense1", "4 fraction bits instead of 8", "calibrate the model"));
  }

  @Test
  void valuesThatFitNoFormatAreRefused() {
    Graph graph = new Chain(1, 2).dense(1, 300f, 300f).build();
    assertThatThrownBy(() -> bounded(graph, DEFAULTS.withMaxBits(8)))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("dense1")
        .hasMessageContaining("max-bits");
  }

  @Test
  void largeWeightsGetFewerFractionBitsAndSmallOnesMore() {
    Formats large = bounded(new Chain(1, 1).dense(1, 100f).build(), DEFAULTS);
    Formats small = bounded(new Chain(1, 1).dense(1, 0.01f).build(), DEFAULTS);

    assertThat(linear(large, 0).weights().weightFraction()).isEqualTo(8);
    assertThat(linear(large, 0).weights().blocks().get(0).weights()).containsExactly(25600);
    assertThat(linear(small, 0).weights().weightFraction()).isEqualTo(15);
    assertThat(linear(small, 0).weights().blocks().get(0).weights()).containsExactly(328);
  }

  @Test
  void weightsBeyondAllScalesAreRefused() {
    Graph graph = new Chain(1, 1).dense(1, 40_000f).build();
    assertThatThrownBy(() -> bounded(graph, DEFAULTS))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("magnitudes below 32768");
  }

  @Test
  void largeInputsLoseFractionBits() {
    Formats formats = bounded(new Chain(1, 1).dense(1, 1f).build(), DEFAULTS.withInputLimit(5000));

    assertThat(input(formats).fraction()).isEqualTo(7);
    assertThat(input(formats).realLimit()).isEqualTo(5000.0);
    assertThat(linear(formats, 0).wideBits()).isGreaterThanOrEqualTo(input(formats).bits());
  }

  @Test
  void smallOutputsStillLeaveRoomForTheInputs() {
    Formats formats =
        bounded(
            new Chain(1, 1).dense(1, 1e-4f).build(),
            DEFAULTS.withInputLimit(100_000).withOutputFraction(20));

    LinearFormat linear = linear(formats, 0);
    assertThat(linear.wideBits()).isGreaterThanOrEqualTo(input(formats).bits());
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertThatThrownBy(() -> DEFAULTS.withMaxBits(33))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("max-bits is 33; allowed are 4..32");
    assertThatThrownBy(() -> DEFAULTS.withHeadroom(0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("headroom is 0.5");
    assertThatThrownBy(() -> DEFAULTS.withInputLimit(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
