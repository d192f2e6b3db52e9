package io.sotto.converter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.converter.Models;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.step.FunctionForm;
import io.sotto.natives.NativeMemory;
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
    "2048, 1, LOOKUP",
    "2048, 3, LOOKUP",
    "2048, 2, CIRCUIT",
    "300, 2, CIRCUIT"
  })
  void aSessionStaysBelowItsBound(int images, int batches, FunctionForm form) throws Exception {
    try (ServerPlan plan = Models.dense(SEED, false, form, INPUTS, 60, 20)) {
      assertThat(plan.plan().ciphertexts().get(0).degree()).isEqualTo(DEGREE);
      long peak = peak(plan, images, batches);
      // What there is for certain: both sides' shares of the input, and the upload at the server.
      assertThat(peak).isGreaterThan((3L * images + DEGREE) * INPUTS * Long.BYTES);
      assertThat(peak)
          .isLessThanOrEqualTo(
              Memory.ofClient(plan.plan(), images) + Memory.ofServer(plan, images));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "1000, 1", "1000, 3"})
  void soDoesOneOfPoolingsAndProducts(int images, int batches) throws Exception {
    try (ServerPlan plan = FaultTest.steps(200)) {
      long peak = peak(plan, images, batches);
      // Both sides' shares of the input.
      assertThat(peak).isGreaterThan(2L * 800 * images * Long.BYTES);
      assertThat(peak)
          .isLessThanOrEqualTo(
              Memory.ofClient(plan.plan(), images) + Memory.ofServer(plan, images));
    }
  }

  /** The layers' sizes decide where the most ciphertexts are alive. */
  @ParameterizedTest
  @CsvSource({"300, 100, 10, 1", "300, 100, 10, 4096", "50, 250, 10, 1", "50, 60, 400, 1"})
  void soDoesOneOfSquaresOnSlots(int inputs, int hidden, int outputs, int images) throws Exception {
    try (ServerPlan plan = SlotsSessionTest.network(inputs, hidden, outputs)) {
      long peak = peak(plan, images, 2);
      long ciphertexts = 2L * 8192 * Long.BYTES * 3 * (inputs + hidden);
      long bound = Memory.ofClient(plan.plan(), images) + Memory.ofServer(plan, images);
      assertThat(peak).isBetween(ciphertexts, bound);
    }
  }

  @ParameterizedTest
  @CsvSource({"200, 90, 1", "60, 200, 300", "300, 20, 1"})
  void soDoesOneOfSharesOnSlots(int inputs, int hidden, int images) throws Exception {
    try (ServerPlan plan = SlotSharesSessionTest.network(inputs, hidden)) {
      long peak = peak(plan, images, 2);
      long ciphertexts = 2L * 8192 * Long.BYTES * 4 * (inputs + hidden);
      long bound = Memory.ofClient(plan.plan(), images) + Memory.ofServer(plan, images);
      assertThat(peak).isBetween(ciphertexts, bound);
    }
  }

  private static long peak(ServerPlan plan, int images, int batches) throws Exception {
    FixedTensor input = plan.plan().input().quantize(Models.images(SEED, plan.plan(), images));
    long before = NativeMemory.liveBytes();
    NativeMemory.resetPeak();
    TwoSessions.run(
        plan,
        session -> {
          for (int i = 0; i < batches; i++) {
            session.predict(input);
          }
          return batches;
        });
    return NativeMemory.peakBytes() - before;
  }
}
