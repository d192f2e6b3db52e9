package io.sotto.converter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.testing.Models;
import io.sotto.converter.testing.TwoSessions;
import io.sotto.natives.testing.LeakCheck;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both sides of a session together hold no more than their bounds say, however many batches. */
@ExtendWith(LeakCheck.class)
class MemoryTest {
  private static final long SEED = 31;
  private static final int DEGREE = 2048;
  private static final int INPUTS = 1000;

  @ParameterizedTest
  @CsvSource({
    "1, 1, LOOKUP",
    "1, 4, LOOKUP",
    "1, 2, FITTING",
    "300, 1, FITTING",
    "2048, 1, LOOKUP",
    "2048, 3, LOOKUP",
    "2048, 2, CIRCUIT",
    "300, 2, CIRCUIT"
  })
  void aSessionStaysBelowItsBound(int images, int batches, FunctionForm form) throws Exception {
    try (ServerPlan plan = Models.dense(SEED, false, form, INPUTS, 60, 20)) {
      assertThat(plan.plan().ciphertexts().get(0).degree()).isEqualTo(DEGREE);
      long peak = TwoSessions.peakBytes(plan, PlanCodec.STOCK, images, batches);
      // What there is for certain: both sides' shares of the input, and the upload at the server.
      assertThat(peak).isGreaterThan((3L * images + DEGREE) * INPUTS * Long.BYTES);
      assertThat(peak).isLessThanOrEqualTo(TwoSessions.boundBytes(plan, images));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "1000, 1", "1000, 3"})
  void soDoesOneOfPoolingsAndProducts(int images, int batches) throws Exception {
    try (ServerPlan plan = FaultTest.steps(200)) {
      long peak = TwoSessions.peakBytes(plan, PlanCodec.STOCK, images, batches);
      // Both sides' shares of the input.
      assertThat(peak).isGreaterThan(2L * 800 * images * Long.BYTES);
      assertThat(peak).isLessThanOrEqualTo(TwoSessions.boundBytes(plan, images));
    }
  }
}
