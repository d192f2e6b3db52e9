package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sotto.natives.HalfGates.Circuit;
import io.sotto.natives.testing.LeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What is refused; the bits are compared with the plain Java form where that is, in
 * garbled-circuits.
 */
@ExtendWith(LeakCheck.class)
class HalfGatesTest {

  private static void gate(NativeBuffer gates, int operation, int first, int second, int target) {
    gates.bytes().asIntBuffer().put(operation).put(first).put(second).put(target);
  }

  @Test
  void gatesOutOfRangeAreRefused() {
    assumeTrue(WireLabels.available());
    try (Scope scope = new Scope()) {
      NativeBuffer block = scope.allocate(16);
      NativeBuffer gates = scope.allocate(16);
      NativeBuffer slots = scope.allocate(3 * 8 * 16);
      NativeBuffer tables = scope.allocate(32);
      gate(gates, 1, 0, 1, 2);
      HalfGates.garble(new Circuit(gates, 1, 3), 1, slots, block, block, 0, tables);
      assertThatThrownBy(
              () -> HalfGates.garble(new Circuit(gates, 1, 3), 2, slots, block, block, 0, tables))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tables");
      assertThatThrownBy(
              () -> HalfGates.garble(new Circuit(gates, 1, 3), 9, slots, block, block, 0, tables))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("slots");
      assertThatThrownBy(
              () -> HalfGates.evaluate(new Circuit(gates, 1, 2), 1, slots, block, 0, tables))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("slot");
      gate(gates, 3, 0, 1, 2);
      assertThatThrownBy(
              () -> HalfGates.evaluate(new Circuit(gates, 1, 3), 1, slots, block, 0, tables))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("operation");
      assertThatThrownBy(() -> HalfGates.colours(gates, 1, 3, 1, slots, block))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
