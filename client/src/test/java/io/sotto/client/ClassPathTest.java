package io.sotto.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.converter.plan.PlanCodec;
import org.junit.jupiter.api.Test;

/** A client has what Sotto's own plans take, and neither baselines nor a server's parts. */
class ClassPathTest {
  @Test
  void aClientHasNoDecoderOfTheBaselines() {
    ClassLoader loader = ClassPathTest.class.getClassLoader();
    assertThat(loader.getResource("io/sotto/converter/plan/PlanCodec.class"))
        .isEqualTo(PlanCodec.class.getResource("PlanCodec.class"))
        .isNotNull();
    assertThat(loader.getResource("io/sotto/baselines/Baselines.class")).isNull();
    assertThat(loader.getResource("io/sotto/tfimport/SavedModelReader.class")).isNull();
    // Baselines have 32 and more.
    assertThat(PlanCodec.STOCK.kinds()).allMatch(kind -> kind.code() < 32);
  }
}
