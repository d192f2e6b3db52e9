package io.sotto.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes are a header that encodes to the same bytes, or are refused. Searches with
 * JAZZER_FUZZ=1; slow because Jazzer instruments everything first.
 */
@Tag("slow")
class FrameFuzzTest {

  @FuzzTest
  void header(byte[] wire) {
    try {
      FrameHeader header = FrameHeader.decode(ByteBuffer.wrap(wire));
      ByteBuffer again = ByteBuffer.allocate(Channel.HEADER_BYTES);
      header.encode(again);
      assertThat(again.flip()).isEqualTo(ByteBuffer.wrap(wire, 0, Channel.HEADER_BYTES));
    } catch (PeerViolationException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }

  @FuzzTest
  void abortReason(byte[] wire) {
    int code = wire.length == 0 ? 0 : wire[0] & 0xff;
    try {
      assertThat(AbortReason.ofCode(code).code()).isEqualTo(code);
    } catch (PeerViolationException refused) {
      assertThat(refused).hasMessageContaining("" + code);
    }
  }
}
