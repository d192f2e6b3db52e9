package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sotto.natives.testing.LeakCheck;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A known answer and what is refused; the bits are compared with the plain Java form where that is,
 * in garbled-circuits.
 */
@ExtendWith(LeakCheck.class)
class WireLabelsTest {

  /** NIST AESAVS, the first vector of KeySbox128. */
  @Test
  void theGeneratorIsAes() {
    assumeTrue(WireLabels.available());
    try (Scope scope = new Scope()) {
      NativeBuffer key = scope.allocate(16);
      key.bytes().put(HexFormat.of().parseHex("10a58869d74be5a374cf867cfb473859"));
      NativeBuffer out = scope.allocate(16);
      WireLabels.generate(key, 0, 0, 1, out);
      byte[] bytes = new byte[16];
      out.bytes().get(bytes);
      assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("6d251e6944b051e04eaa6fb4dbf78465");
    }
  }

  @Test
  void buffersThatAreTooShortAreRefused() {
    assumeTrue(WireLabels.available());
    try (Scope scope = new Scope()) {
      NativeBuffer block = scope.allocate(16);
      NativeBuffer shorter = scope.allocate(15);
      assertThatThrownBy(() -> WireLabels.generate(shorter, 0, 0, 1, block))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("key");
      assertThatThrownBy(() -> WireLabels.generate(block, 0, 0, 2, block))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("labels");
      assertThatThrownBy(() -> WireLabels.generate(block, 0, 0, -1, block))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> WireLabels.addOffset(block, 1, 8, block, 1, block))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> WireLabels.addOffset(block, 1, 7, block, 1, block))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("multiple of 8");
    }
  }

  @Test
  @SuppressWarnings("try") // a restriction has nothing to call
  void withoutTheInstructionsItIsNotAvailable() {
    try (CpuFeatures.Restriction restriction = CpuFeatures.restrictTo(Set.of());
        NativeBuffer block = NativeBuffer.allocate(16)) {
      assertThat(WireLabels.available()).isFalse();
      assertThatThrownBy(() -> WireLabels.generate(block, 0, 0, 1, block))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("AES");
    }
  }
}
