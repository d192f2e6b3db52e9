package io.sotto.baselines;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanCodec;
import java.nio.ByteBuffer;

/** Whatever the bytes, decoding gives a plan that can be written again, or says why not. */
class BaselinePlansFuzzTest {
  @FuzzTest
  void decodes(byte[] bytes) {
    Plan plan;
    try {
      plan = Baselines.PLANS.decode(ByteBuffer.wrap(bytes));
    } catch (IllegalArgumentException e) {
      return;
    }
    if (!Baselines.PLANS.decode(ByteBuffer.wrap(PlanCodec.encode(plan))).equals(plan)) {
      throw new AssertionError("another plan after a round trip");
    }
  }
}
