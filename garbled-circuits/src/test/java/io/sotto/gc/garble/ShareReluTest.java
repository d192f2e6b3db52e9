package io.sotto.gc.garble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.gc.channel.Traffic;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.NativeBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With a circuit for the sign. */
class ShareReluTest extends ReluTests {
  @Override
  void garble(
      Garbler garbler, ShareRelu relu, int count, NativeBuffer shares, NativeBuffer results) {
    garbler.relu(relu, count, shares, results);
  }

  @Override
  void evaluate(
      Evaluator evaluator, ShareRelu relu, int count, NativeBuffer shares, NativeBuffer results) {
    evaluator.relu(relu, count, shares, results);
  }

  @Override
  Traffic traffic(ShareRelu relu, int count, OtTrees trees) {
    return relu.evaluatorTraffic(count, trees);
  }

  @Override
  List<String> digests() {
    return List.of("6137d47c85c9ca8b3e647b539839a4c7", "93d6b6806cd6a392f6a091dfcfa77b49");
  }

  @ParameterizedTest
  @CsvSource({"5,0", "5,1", "6,2", "8,3", "9,4", "10,6"})
  void onlySmallValuesMayBeTakenForTheOtherSign(int bits, int dropped) {
    ShareRelu relu = new ShareRelu(bits, dropped, bits);
    int wrong = 0;
    for (long y = -relu.largest(); y <= relu.largest(); y++) {
      for (long a = 0; a < 1 << bits; a++) {
        long x = relu.result(y, a);
        if (y < -relu.tolerance() || y > relu.tolerance() - 2) {
          assertThat(x).as("%s of %d, a = %d", relu, y, a).isEqualTo(Math.max(0, y));
        } else {
          assertThat(x).isIn(0L, y);
          wrong += x == Math.max(0, y) ? 0 : 1;
        }
      }
    }
    assertThat(wrong > 0).isEqualTo(dropped > 0);
  }

  @Test
  void whatDoesNotFitIsWrongUse() {
    assertThatThrownBy(() -> new ShareRelu(1, 5)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ShareRelu(9, 8)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ShareRelu(9, 8, 12))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 7");
    assertThatThrownBy(() -> new ShareRelu(9, 63))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("62");
    try (NativeBuffer small = NativeBuffer.allocateLongs(3)) {
      assertThatThrownBy(() -> new ShareRelu(8, 9).check(4, small, small))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("8 bytes for each instance");
    }
  }
}
