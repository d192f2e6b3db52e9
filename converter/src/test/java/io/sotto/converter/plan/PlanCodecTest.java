package io.sotto.converter.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.converter.combine.CombineSpec;
import io.sotto.converter.maxpool.MaxPoolSpec;
import io.sotto.converter.maxpool.Pooling;
import io.sotto.converter.moves.Move;
import io.sotto.converter.multiply.MultiplySpec;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.testing.Models;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class PlanCodecTest {
  private static final long SEED = 7;

  private ServerPlan model;
  private byte[] bytes;

  @BeforeEach
  void encode() {
    model = Models.dense(SEED, false, 12, 9, 5);
    bytes = PlanCodec.encode(model.plan());
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void whatIsWrittenIsRead() {
    assertThat(PlanCodec.STOCK.decode(ByteBuffer.wrap(bytes))).isEqualTo(model.plan());
  }

  @Test
  void everyTruncationIsRefused() {
    for (int length = 0; length < bytes.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
      assertThatThrownBy(() -> PlanCodec.STOCK.decode(cut))
          .as("the first %d bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void bytesAfterThePlanAreRefused() {
    assertThatThrownBy(
            () -> PlanCodec.STOCK.decode(ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 4))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("followed by other bytes");
  }

  @Test
  void corruptPlansAreRefusedOrConsistent() {
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] corrupt = bytes.clone();
      corrupt[random.nextInt(corrupt.length)] = (byte) random.nextInt();
      try {
        Plan plan = PlanCodec.STOCK.decode(ByteBuffer.wrap(corrupt));
        assertThatCode(() -> PlanCodec.encode(plan)).doesNotThrowAnyException();
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageNotContaining("\n");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10_000);
  }

  /** Steps of all kinds that work on shares, on two inputs. */
  private static Plan branches() {
    ExactFormat wide = new ExactFormat(8, 20, 6);
    ExactFormat pooled = new ExactFormat(4, 20, 6);
    InputSpec input = new InputSpec(new TensorShape(List.of(2, 4)), wide, 100);
    CombineSpec sum =
        new CombineSpec(
            List.of(wide, wide),
            wide,
            List.of(
                new Move(0, 1, 0, 7, List.of(new Move.Axis(8, 1, -1))),
                new Move(1, -2, 0, 0, List.of(new Move.Axis(2, 4, 4), new Move.Axis(4, 1, 1)))));
    MaxPoolSpec pool =
        new MaxPoolSpec(
            wide, pooled, 12, List.of(new Pooling(1, 4, 2, 2, 2, 0, 2)), FunctionForm.LOOKUP);
    MultiplySpec square = new MultiplySpec(List.of(pooled), new ExactFormat(4, 20, 12));
    RevealSpec reveal = new RevealSpec(new ExactFormat(4, 18, 12), new TensorShape(List.of(4)));
    return new Plan(
        List.of(input, input),
        List.of(
            new PlanStep(sum, List.of(0, 1)),
            new PlanStep(pool, List.of(2)),
            new PlanStep(square, List.of(3)),
            new PlanStep(reveal, List.of(4)),
            new PlanStep(
                new RevealSpec(
                    pooled, new TensorShape(List.of(2, 2)), RevealSpec.Activation.SOFTMAX),
                List.of(3))));
  }

  @Test
  void plansWithBranchesAreReadBackAndCorruptOnesRefusedOrConsistent() {
    byte[] written = PlanCodec.encode(branches());
    assertThat(PlanCodec.STOCK.decode(ByteBuffer.wrap(written))).isEqualTo(branches());
    assertThat(branches().lastUses()).containsExactly(0, 0, 1, 4, 3, -1, -1);
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] corrupt = written.clone();
      corrupt[random.nextInt(corrupt.length)] = (byte) random.nextInt();
      try {
        Plan plan = PlanCodec.STOCK.decode(ByteBuffer.wrap(corrupt));
        assertThat(PlanCodec.STOCK.decode(ByteBuffer.wrap(PlanCodec.encode(plan)))).isEqualTo(plan);
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10_000);
  }

  @Test
  void kindsOfStepHaveDistinctCodes() {
    assertThat(PlanCodec.STOCK.kinds().stream().map(StepKind::code)).doesNotHaveDuplicates();
  }
}
