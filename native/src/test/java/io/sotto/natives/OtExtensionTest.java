package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sotto.natives.testing.LeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What is refused; the bits are compared with the plain Java form where that is, in
 * garbled-circuits.
 */
@ExtendWith(LeakCheck.class)
class OtExtensionTest {

  @Test
  void buffersThatAreTooShortAreRefused() {
    assumeTrue(WireLabels.available());
    try (Scope scope = new Scope()) {
      NativeBuffer block = scope.allocate(16);
      NativeBuffer shorter = scope.allocate(15);
      NativeBuffer keys = scope.allocate(2048);
      assertThatThrownBy(() -> OtExtension.extendReceiver(keys, keys, 0, 1, block, keys, shorter))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> OtExtension.extendSender(keys, block, 0, 1, shorter, keys))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
