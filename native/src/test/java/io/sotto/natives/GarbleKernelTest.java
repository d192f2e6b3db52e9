package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sotto.natives.GarbleKernel.Circuit;
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
class GarbleKernelTest {

  private static void gate(NativeBuffer gates, int operation, int first, int second, int target) {
    gates.bytes().asIntBuffer().put(operation).put(first).put(second).put(target);
  }

  /** NIST AESAVS, the first vector of KeySbox128. */
  @Test
  void theGeneratorIsAes() {
    assumeTrue(GarbleKernel.available());
    try (Scope scope = new Scope()) {
      NativeBuffer key = scope.allocate(16);
      key.bytes().put(HexFormat.of().parseHex("10a58869d74be5a374cf867cfb473859"));
      NativeBuffer out = scope.allocate(16);
      GarbleKernel.generate(key, 0, 0, 1, out);
      byte[] bytes = new byte[16];
      out.bytes().get(bytes);
      assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("6d251e6944b051e04eaa6fb4dbf78465");
    }
  }

  @Test
  void buffersThatAreTooShortAreRefused() {
    assumeTrue(GarbleKernel.available());
    try (Scope scope = new Scope()) {
      NativeBuffer block = scope.allocate(16);
      NativeBuffer shorter = scope.allocate(15);
      assertThatThrownBy(() -> GarbleKernel.generate(shorter, 0, 0, 1, block))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("key");
      assertThatThrownBy(() -> GarbleKernel.generate(block, 0, 0, 2, block))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("labels");
      assertThatThrownBy(() -> GarbleKernel.generate(block, 0, 0, -1, block))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> GarbleKernel.addOffset(block, 1, 8, block, 1, block))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> GarbleKernel.addOffset(block, 1, 7, block, 1, block))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("multiple of 8");
      NativeBuffer keys = scope.allocate(2048);
      assertThatThrownBy(() -> GarbleKernel.extendReceiver(keys, keys, 0, 1, block, keys, shorter))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> GarbleKernel.extendSender(keys, block, 0, 1, shorter, keys))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void gatesOutOfRangeAreRefused() {
    assumeTrue(GarbleKernel.available());
    try (Scope scope = new Scope()) {
      NativeBuffer block = scope.allocate(16);
      NativeBuffer gates = scope.allocate(16);
      NativeBuffer slots = scope.allocate(3 * 8 * 16);
      NativeBuffer tables = scope.allocate(32);
      gate(gates, 1, 0, 1, 2);
      GarbleKernel.garble(new Circuit(gates, 1, 3), 1, slots, block, block, 0, tables);
      assertThatThrownBy(
              () ->
                  GarbleKernel.garble(new Circuit(gates, 1, 3), 2, slots, block, block, 0, tables))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tables");
      assertThatThrownBy(
              () ->
                  GarbleKernel.garble(new Circuit(gates, 1, 3), 9, slots, block, block, 0, tables))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("slots");
      assertThatThrownBy(
              () -> GarbleKernel.evaluate(new Circuit(gates, 1, 2), 1, slots, block, 0, tables))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("slot");
      gate(gates, 3, 0, 1, 2);
      assertThatThrownBy(
              () -> GarbleKernel.evaluate(new Circuit(gates, 1, 3), 1, slots, block, 0, tables))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("operation");
      assertThatThrownBy(() -> GarbleKernel.colours(gates, 1, 3, 1, slots, block))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @SuppressWarnings("try") // a restriction has nothing to call
  void withoutTheInstructionsItIsNotAvailable() {
    try (CpuFeatures.Restriction restriction = CpuFeatures.restrictTo(Set.of());
        NativeBuffer block = NativeBuffer.allocate(16)) {
      assertThat(GarbleKernel.available()).isFalse();
      assertThatThrownBy(() -> GarbleKernel.generate(block, 0, 0, 1, block))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("AES");
    }
  }
}
