package io.sotto.gc.correlation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.NativeBuffer;
import org.junit.jupiter.api.Test;

class ChunkedInstancesTest {
  @Test
  void buffersThatAreTooShortAreWrongUse() {
    try (NativeBuffer small = NativeBuffer.allocateLongs(3);
        NativeBuffer large = NativeBuffer.allocateLongs(4)) {
      try (NativeBuffer apart = NativeBuffer.allocateLongs(4)) {
        ChunkedInstances.check(4, large, apart);
        refused(-1, large, apart);
      }
      refused(4, small, large);
      refused(4, large, small);
    }
  }

  /** Results are written while shares are still read: in their place they would be wrong. */
  @Test
  void resultsInTheMemoryOfSharesAreWrongUse() {
    try (NativeBuffer both = NativeBuffer.allocateLongs(6)) {
      NativeBuffer first = both.slice(0, 4 * Long.BYTES);
      NativeBuffer last = both.slice(2 * Long.BYTES, 4 * Long.BYTES);
      assertThatThrownBy(() -> ChunkedInstances.check(4, first, last))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("memory apart");
    }
  }

  private static void refused(int instances, NativeBuffer numbers, NativeBuffer results) {
    assertThatThrownBy(() -> ChunkedInstances.check(instances, numbers, results))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8 bytes for each instance");
  }
}
