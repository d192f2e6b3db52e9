package io.sotto.benchmarks.layouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sotto.benchmarks.Spread;
import io.sotto.benchmarks.layouts.LayerCase.Kernel;
import io.sotto.benchmarks.layouts.TrialResult.Final;
import io.sotto.benchmarks.layouts.TrialResult.Timed;
import io.sotto.channel.InMemoryChannel;
import io.sotto.ckks.RingParameters;
import io.sotto.converter.linear.BatchLayout;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LayoutTrialTest {
  private static final LayerCase SMALL = new LayerCase("small", 5, 2, 3, Kernel.of(3), 2);

  @Test
  @Timeout(120)
  void aSmallLayerRunsInAllLayoutsThatAreTimed() {
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(Duration.ofSeconds(60));
        LayoutTrial trial = new LayoutTrial(SMALL, 1 << 20, pair.first(), pair.second())) {
      TrialResult result = trial.run();

      assertThat(result.timed()).extracting(Timed::candidate).doesNotHaveDuplicates();
      assertThat(result.timed()).hasSizeBetween(2, result.layouts());
      assertThat(result.timed()).allMatch(timed -> timed.micros().min() > 0);
      assertThat(result.best().micros().median())
          .isPositive()
          .isLessThanOrEqualTo(result.chosen().micros().median());
      assertThat(pair.first().traffic().bytesSent()).isPositive();
    }
  }

  @Test
  void aRatioIsThatOfMedians() {
    assertThat(result(Spread.of(10, 30, 90), Spread.of(20)).ratio()).isCloseTo(1.5, within(1e-9));
    assertThat(result(Spread.of(20), Spread.of(20)).ratio()).isEqualTo(1);
  }

  private static TrialResult result(Spread chosen, Spread best) {
    BatchLayout any = new BatchLayout(RingParameters.of(11, 46), 1, 1);
    return new TrialResult(SMALL, 1, List.of(), new Final(any, chosen), new Final(any, best));
  }

  @Test
  void thirtyLayersOfAllKinds() {
    List<LayerCase> all = LayerCase.all();
    assertThat(all).doesNotHaveDuplicates();
    assertThat(all.stream().map(LayerCase::toString).distinct()).hasSizeGreaterThanOrEqualTo(30);
    assertThat(all.stream().map(layer -> layer.kernel().side()).distinct()).contains(1, 3, 5, 7, 8);
    assertThat(all).anyMatch(layer -> layer.kernel().stride() > 1);
    assertThat(all).anyMatch(layer -> layer.kernel().dilation() > 1);
    assertThat(all).anyMatch(layer -> layer.kernel().groups() == layer.channels());
    assertThat(all.stream().map(LayerCase::images).distinct()).contains(1, 4, 16, 64);
  }
}
