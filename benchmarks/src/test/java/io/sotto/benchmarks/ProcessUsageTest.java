package io.sotto.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ProcessUsageTest {
  @Test
  void readsThisProcess() throws IOException {
    ProcessUsage usage = ProcessUsage.of(ProcessHandle.current());
    assertThat(usage.cpuSeconds()).isPositive();
    // A JVM has more than 10 MB, and not more than its heap, metaspace and libraries could be.
    assertThat(usage.peakRssMb()).isBetween(10.0, 100_000.0);
  }

  @Test
  void saysThatAProcessHasEnded() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("true").start();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> ProcessUsage.of(process.toHandle())).isInstanceOf(IOException.class);
  }
}
