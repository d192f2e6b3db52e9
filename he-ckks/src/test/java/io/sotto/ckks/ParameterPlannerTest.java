package io.sotto.ckks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterPlannerTest {
  /** For weights of usual size the product with the key sets q, the response's rounding k. */
  @ParameterizedTest
  @CsvSource({
    "18, 11, 40, 28",
    "20, 11, 42, 30",
    "22, 11, 44, 32",
    "24, 11, 46, 34",
    "28, 11, 50, 38",
    "32, 11, 54, 42",
    "33, 12, 57, 44",
    "36, 12, 60, 47"
  })
  void choosesForWeightsOfUsualSize(int wideBits, int logDegree, int modulusBits, int shortBits) {
    NoiseBound bound = ParameterPlanner.choose(wideBits, 1 << 15, 1 << 11);
    assertThat(bound.parameters()).isEqualTo(RingParameters.of(logDegree, modulusBits));
    assertThat(bound.shortBits()).isEqualTo(shortBits);
    assertThat(bound.exact()).isTrue();
  }

  @Test
  void choosesTheSmallestModulusAndThenTheNarrowestResponse() {
    for (double l2 = 1; l2 < 1 << 24; l2 *= 1.7) {
      double l1 = 20 * l2;
      NoiseBound bound = ParameterPlanner.choose(20, l1, l2);
      RingParameters ring = bound.parameters();
      assertThat(bound.exact()).isTrue();
      assertThat(new NoiseBound(ring, 20, l1, l2, bound.shortBits() - 1).exact()).isFalse();
      assertThat(ParameterPlanner.in(ring, 20, l1, l2)).contains(bound);
      int before = ParameterPlanner.rings().indexOf(ring) - 1;
      RingParameters smaller = ParameterPlanner.rings().get(before);
      for (int bits = 21; bits <= 62; bits++) {
        assertThat(new NoiseBound(smaller, 20, l1, l2, bits).exact()).isFalse();
      }
    }
  }

  @Test
  void ringsBecomeLargerAndAreSecure() {
    assertThat(ParameterPlanner.rings())
        .isSortedAccordingTo((a, b) -> Integer.compare(a.modulusBits(), b.modulusBits()))
        .allMatch(ring -> ring.security() == RingParameters.Security.BITS_128)
        .contains(RingParameters.of(11, 54), RingParameters.of(12, 55), RingParameters.of(12, 60));
  }

  @Test
  void responsesNeedBitsForTheirRounding() {
    // T sqrt(N/6) is 136, 192, 272 and 384, in units of the response's last place.
    for (int logDegree = 10; logDegree <= 13; logDegree++) {
      assertThat(ParameterPlanner.minShortBits(20, logDegree))
          .isEqualTo(21 + new int[] {9, 9, 10, 10}[logDegree - 10]);
    }
  }

  @Test
  void boundsAddUp() {
    NoiseBound bound = new NoiseBound(RingParameters.of(11, 50), 24, 1000, 100, 35);
    double q = bound.parameters().modulus();
    double deviations = Math.sqrt(2 * 78 * Math.log(2));
    assertThat(bound.encoding()).isEqualTo(1000.5);
    assertThat(bound.encryption()).isEqualTo(deviations * Math.sqrt(10.5 * (100 * 100 + 2 * 2048)));
    assertThat(bound.rounding()).isBetween(192.0, 193.0);
    double halfCells =
        (bound.encoding() + bound.encryption()) * (1 << 25) / q + bound.rounding() / (1 << 10);
    assertThat(bound.halfCells()).isBetween(halfCells * 0.999, halfCells * 1.001);
  }

  @Test
  void aProductThatWrapsIsNotExact() {
    RingParameters ring = RingParameters.of(11, 42);
    assertThat(ring.maxShortBits()).isEqualTo(30);
    assertThat(new NoiseBound(ring, 20, 1, 1, 30).exact()).isTrue();
    assertThat(new NoiseBound(ring, 20, 1, 1, 31).exact()).isFalse();
    assertThat(ParameterPlanner.in(RingParameters.of(11, 41), 20, 1, 1)).isEmpty();
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> ParameterPlanner.choose(37, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("responses need 48 bits, and times the key only 47 fit");
    assertThatThrownBy(() -> ParameterPlanner.choose(36, 1e12, 1e9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("smaller weights or narrower values");
    assertThatThrownBy(() -> ParameterPlanner.choose(0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ParameterPlanner.choose(20, Double.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new NoiseBound(RingParameters.of(11, 42), 20, 1, 1, 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("responses of 20");
  }
}
