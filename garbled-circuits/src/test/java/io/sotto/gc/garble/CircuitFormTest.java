package io.sotto.gc.garble;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.Traffic;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.NativeBuffer;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** With a circuit. */
class CircuitFormTest extends ShareFunctionTests {
  @Override
  void garble(
      Garbler garbler, ShareFunction f, int count, NativeBuffer shares, NativeBuffer results) {
    garbler.compute(new CircuitForm(f), count, shares, results);
  }

  @Override
  void evaluate(
      Evaluator evaluator, ShareFunction f, int count, NativeBuffer shares, NativeBuffer results) {
    evaluator.compute(new CircuitForm(f), count, shares, results);
  }

  @Override
  Traffic traffic(ShareFunction f, int count, OtTrees trees) {
    return new CircuitForm(f).evaluatorTraffic(count, trees);
  }

  @Override
  List<String> digests() {
    return List.of("ca8609286df439e3b8a1d1b5b1cd39a4", "850d1aadb6dec0aa09e9a18d63159058");
  }

  @Test
  void whatDoesNotFitIsWrongUse() {
    refused(() -> ShareFunction.relu(0, 1, 5), "2 or more");
    refused(() -> ShareFunction.relu(0, 9, 8), "9 to 62");
    refused(() -> ShareFunction.relu(54, 9, 9), "62 in all");
    refused(() -> ShareFunction.relu(-1, 9, 9), "shares of -1 + 9 bits");
    refused(() -> ShareFunction.value(0, 9, 63), "1 to 62");
    refused(() -> ShareFunction.value(0, 9, 9), "low bits already");
    try (NativeBuffer small = NativeBuffer.allocateLongs(3)) {
      refused(
          () -> ShareFunction.relu(0, 8, 9).check(4, small, small), "8 bytes for each instance");
    }
  }

  private static void refused(ThrowingCallable use, String message) {
    assertThatThrownBy(use)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
