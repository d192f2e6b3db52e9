package io.sotto.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sotto.natives.NativeMemory;
import io.sotto.natives.testing.LeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class LinearMapTest {
  private static final int P = LinearMap.PADDING;

  @Test
  void appliesInTheClear() {
    WeightMatrix taps = WeightMatrix.of(2, new int[] {1, -2, 3, 10, 0, -30});
    try (LinearMap map =
        LinearMap.builder(3, 5)
            .block(new int[] {P, 0, 1}, 0, taps)
            .block(new int[] {0, 1, 2}, 3, taps)
            .block(new int[] {2}, 2, WeightMatrix.of(1, new int[] {7}))
            .build()) {
      long[] out = map.applyPlain(new long[] {1, 100, 2, 200, 3, 300}, 2);
      assertThat(out)
          .containsExactly(
              -2 + 6,
              -200 + 600, //
              -60,
              -6000, //
              21,
              2100, //
              1 - 4 + 9,
              100 - 400 + 900, //
              10 - 90,
              1000 - 9000);
      assertThat(map.multiplications()).isEqualTo(13);
    }
  }

  @Test
  void knowsItsNorms() {
    WeightMatrix taps = WeightMatrix.of(2, new int[] {1, -2, 3, 10, 0, -30});
    try (LinearMap map =
        LinearMap.builder(3, 6)
            .block(new int[] {P, 0, 1}, 0, taps)
            .block(new int[] {2, 1, 0}, 2, taps)
            .block(new int[] {1, 1, 0}, 4, taps)
            .build()) {
      assertThat(map.l1Norm(0)).isEqualTo(5);
      assertThat(map.l2Norm(0)).isCloseTo(Math.sqrt(13), within(1e-12));
      assertThat(map.l1Norm(1)).isEqualTo(30);
      assertThat(map.l1Norm(2)).isEqualTo(6);
      assertThat(map.l2Norm(3)).isCloseTo(Math.sqrt(1000), within(1e-12));
      // Both taps at input 1 act as one weight: 1 - 2.
      assertThat(map.l1Norm(4)).isEqualTo(4);
      assertThat(map.l2Norm(4)).isCloseTo(Math.sqrt(10), within(1e-12));
      assertThat(map.maxL1Norm()).isEqualTo(40);
      assertThat(map.maxL2Norm()).isCloseTo(Math.sqrt(1000), within(1e-12));
    }
  }

  @Test
  void sharesWeightsBetweenBlocks() {
    int positions = 500;
    int[] weights = new int[100];
    WeightMatrix shared = WeightMatrix.of(10, weights);
    LinearMapBuilder builder = LinearMap.builder(10, 10 * positions);
    for (int position = 0; position < positions; position++) {
      builder.block(new int[10], 10 * position, shared);
    }
    long before = NativeMemory.liveBytes();
    try (LinearMap map = builder.build()) {
      assertThat(map.outputs()).isEqualTo(5000);
      assertThat(NativeMemory.liveBytes() - before).isLessThan((positions * 10 + 100) * 4L + 64);
    }
  }

  @Test
  void refusesWhatIsNoMap() {
    WeightMatrix two = WeightMatrix.of(2, new int[] {1, 2});
    assertThatThrownBy(() -> LinearMap.builder(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LinearMap.builder(1, 3).block(new int[] {0}, 0, two).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no block computes output 2");
    assertThatThrownBy(
            () -> LinearMap.builder(1, 3).block(new int[] {0}, 0, two).block(new int[] {0}, 1, two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("output 1 is computed by two blocks");
    for (int ref : new int[] {-2, 1}) {
      assertThatThrownBy(() -> LinearMap.builder(1, 2).block(new int[] {ref}, 0, two))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("input " + ref);
    }
    assertThatThrownBy(() -> LinearMap.builder(1, 2).block(new int[] {0, 0}, 0, two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 references for 1 weights");
    for (int first : new int[] {-1, 1, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> LinearMap.builder(1, 2).block(new int[] {0}, first, two))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("there are 2");
    }
  }

  @Test
  void refusesWideWeightsWithoutSayingThem() {
    for (int weight : new int[] {1 << 20, -(1 << 20), Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> WeightMatrix.of(1, new int[] {0, weight}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("20 bits")
          .hasMessageNotContaining(Integer.toString(weight));
    }
    assertThatThrownBy(() -> WeightMatrix.of(2, new int[3]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WeightMatrix.of(1, new int[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
