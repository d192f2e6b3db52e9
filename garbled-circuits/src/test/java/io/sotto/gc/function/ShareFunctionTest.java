package io.sotto.gc.function;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ShareFunctionTest {
  @Test
  void whatDoesNotFitIsWrongUse() {
    refused(() -> ShareFunction.relu(0, 1, 5), "2 or more");
    refused(() -> ShareFunction.relu(0, 9, 8), "9 to 62");
    refused(() -> ShareFunction.relu(54, 9, 9), "62 in all");
    refused(() -> ShareFunction.relu(-1, 9, 9), "shares of -1 + 9 bits");
    refused(() -> ShareFunction.value(0, 9, 63), "1 to 62");
    refused(() -> ShareFunction.value(0, 9, 9), "low bits already");
  }

  private static void refused(ThrowingCallable use, String message) {
    assertThatThrownBy(use)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
