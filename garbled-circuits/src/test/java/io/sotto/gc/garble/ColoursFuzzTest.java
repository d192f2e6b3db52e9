package io.sotto.gc.garble;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sotto.channel.PeerViolationException;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.natives.NativeBuffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

/**
 * Any colours from the peer give outputs without bits beyond the last instance, or are refused.
 * Searches with JAZZER_FUZZ=1; slow because Jazzer instruments everything first.
 */
@Tag("slow")
class ColoursFuzzTest {
  private static final int OUTPUTS = 3;

  @FuzzTest
  void colours(byte[] wire) {
    int n = 1 + wire.length % 20;
    int bytes = OUTPUTS * LabelKernel.lanes(n) / 8;
    try (NativeBuffer active = NativeBuffer.allocate(bytes);
        BitMatrix outputs = new BitMatrix(OUTPUTS, n)) {
      Evaluator.decode(n, active, ByteBuffer.wrap(Arrays.copyOf(wire, bytes)), outputs, 0);
      for (int k = 0; k < OUTPUTS; k++) {
        assertThat(outputs.words().get(k * outputs.rowWords()) >>> n).isZero();
      }
    } catch (PeerViolationException refused) {
      assertThat(n % 8).isNotZero();
    }
  }
}
