package io.sotto.gc.correlation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.natives.NativeBuffer;
import org.junit.jupiter.api.Test;

class ChunkedInstancesTest {
  @Test
  void buffersThatAreTooShortAreWrongUse() {
    try (NativeBuffer small = NativeBuffer.allocateLongs(3);
        NativeBuffer large = NativeBuffer.allocateLongs(4)) {
      ChunkedInstances.check(4, large, large);
      refused(4, small, large);
      refused(4, large, small);
      refused(-1, large, large);
    }
  }

  private static void refused(int instances, NativeBuffer numbers, NativeBuffer results) {
    assertThatThrownBy(() -> ChunkedInstances.check(instances, numbers, results))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8 bytes for each instance");
  }
}
