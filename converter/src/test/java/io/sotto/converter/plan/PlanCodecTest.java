package io.sotto.converter.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.converter.Models;
import io.sotto.converter.step.StepKind;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.util.Arrays;
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
    assertThat(PlanCodec.decode(ByteBuffer.wrap(bytes))).isEqualTo(model.plan());
  }

  @Test
  void everyTruncationIsRefused() {
    for (int length = 0; length < bytes.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
      assertThatThrownBy(() -> PlanCodec.decode(cut))
          .as("the first %d bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void bytesAfterThePlanAreRefused() {
    assertThatThrownBy(
            () -> PlanCodec.decode(ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 4))))
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
        Plan plan = PlanCodec.decode(ByteBuffer.wrap(corrupt));
        assertThatCode(() -> PlanCodec.encode(plan)).doesNotThrowAnyException();
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageNotContaining("\n");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10_000);
  }

  @Test
  void kindsOfStepHaveDistinctCodes() {
    assertThat(PlanCodec.KINDS.stream().map(StepKind::code)).doesNotHaveDuplicates();
  }
}
