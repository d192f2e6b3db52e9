package io.sotto.tfimport;

import static org.assertj.core.api.Assertions.assertThat;

/** Compares results of the same computation in another order of additions. */
public final class Closeness {
  private Closeness() {}

  /** Every value is as expected to 1e-5 of the largest. */
  public static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    float largest = 0;
    float difference = 0;
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isFinite();
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    assertThat(difference).isLessThanOrEqualTo(1e-5f * largest);
  }
}
