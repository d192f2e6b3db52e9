package io.sotto.gc.ot;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sotto.channel.PeerViolationException;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes are a point that encodes to the same bytes, or are refused. Searches with
 * JAZZER_FUZZ=1; slow because Jazzer instruments everything first.
 */
@Tag("slow")
class PointFuzzTest {

  @FuzzTest
  void point(byte[] wire) {
    try {
      assertThat(BaseOt.decodePoint(wire).getEncoded(true)).isEqualTo(wire);
    } catch (PeerViolationException refused) {
      assertThat(refused).hasMessageStartingWith("a base OT point");
    }
  }
}
