package io.sotto.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class MachineTest {
  @Test
  void describesThisOne() throws IOException {
    Machine machine = Machine.here();
    assertThat(machine.cpu()).isNotBlank().isNotEqualTo("unknown");
    assertThat(machine.cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(machine.memoryMb()).isGreaterThan(100);
    assertThat(machine.jdk()).contains(Runtime.version().toString());
    assertThat(machine.flags()).isSorted().doesNotHaveDuplicates();
    assertThat(machine.toString()).contains(machine.cpu(), machine.kernel());
  }
}
