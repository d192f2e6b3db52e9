package io.sotto.natives;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.natives.internal.sotto_product_run;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CallStructTest {
  private final CallStruct<sotto_product_run> structs = new CallStruct<>(sotto_product_run::new);

  @Test
  void keepsWhatItsThreadWrites() {
    assertThat(structs.get().width(12).first_id(-1)).isSameAs(structs.get());
    assertThat(structs.get().width()).isEqualTo(12);
    assertThat(structs.get().first_id()).isEqualTo(-1);
  }

  @Test
  void eachThreadHasItsOwn() {
    structs.get().width(12);
    CompletableFuture<Integer> other =
        CompletableFuture.supplyAsync(() -> structs.get().width(7).width());
    assertThat(other.join()).isEqualTo(7);
    assertThat(structs.get().width()).isEqualTo(12);
  }

  @Test
  void isAlignedAsItsMembersNeed() {
    assertThat(structs.get().address() % Long.BYTES).isZero();
  }
}
