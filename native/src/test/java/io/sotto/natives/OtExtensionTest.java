package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sotto.natives.testing.LeakCheck;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What is refused; the bits are compared with the plain Java form where that is, in
 * garbled-circuits.
 */
@ExtendWith(LeakCheck.class)
class OtExtensionTest {

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void buffersThatAreTooShortAreRefused() {
    assumeTrue(WireLabels.available());
    try (Scope scope = new Scope()) {
      NativeBuffer block = scope.allocate(16);
      NativeBuffer shorter = scope.allocate(15);
      NativeBuffer rows = scope.allocate(2048);
      OtExtension.Trees trees =
          new OtExtension.Trees(2, scope.allocate(OtExtension.treeKeyBytes(2)));
      OtExtension.Trees cutTrees =
          new OtExtension.Trees(2, scope.allocate(OtExtension.treeKeyBytes(2) - 1));
      refused(() -> OtExtension.expandTrees(2, rows, trees.keys()));
      refused(() -> OtExtension.treesReceiver(cutTrees, 0, 0, 1, block, rows, rows));
      refused(() -> OtExtension.treesReceiver(trees, 0, 0, 1, shorter, rows, rows));
      refused(() -> OtExtension.treesReceiver(trees, 0, 0, 1, block, block, rows));
      refused(() -> OtExtension.treesReceiver(trees, 0, 0, 1, block, rows, block));
      refused(() -> OtExtension.treesSender(cutTrees, block, 0, 0, 1, rows, rows));
      refused(() -> OtExtension.treesSender(trees, shorter, 0, 0, 1, rows, rows));
      refused(() -> OtExtension.treesSender(trees, block, 0, 0, 1, block, rows));
      refused(() -> OtExtension.treesSender(trees, block, 0, 0, 1, rows, block));
    }
  }
}
