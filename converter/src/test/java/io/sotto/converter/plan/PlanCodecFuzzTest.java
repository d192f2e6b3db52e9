package io.sotto.converter.plan;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Whatever the bytes, decoding gives a plan that can be written again, or says why not. */
class PlanCodecFuzzTest {
  @FuzzTest
  void decodes(byte[] bytes) {
    Plan plan;
    try {
      plan = PlanCodec.STOCK.decode(ByteBuffer.wrap(bytes));
    } catch (IllegalArgumentException e) {
      return;
    }
    if (!PlanCodec.STOCK.decode(ByteBuffer.wrap(PlanCodec.encode(plan))).equals(plan)) {
      throw new AssertionError("another plan after a round trip");
    }
  }
}
