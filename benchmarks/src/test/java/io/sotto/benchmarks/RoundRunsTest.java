package io.sotto.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.Traffic;
import io.sotto.gc.correlation.Role;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RoundRunsTest {
  @Test
  @Timeout(120)
  void bothSidesDoTheSame() throws Exception {
    List<Integer> counts = List.of(1, 300);
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(Duration.ofSeconds(60))) {
      CompletableFuture<List<RoundRuns.Row>> garbler =
          CompletableFuture.supplyAsync(() -> RoundRuns.of(pair.first(), Role.GARBLER, counts, 2));
      List<RoundRuns.Row> rows = RoundRuns.of(pair.second(), Role.EVALUATOR, counts, 2);

      assertThat(garbler.get())
          .extracting(RoundRuns.Row::what)
          .isEqualTo(rows.stream().map(RoundRuns.Row::what).toList());
      assertThat(rows).hasSize(2 + 4 * counts.size());
      assertThat(rows).extracting(RoundRuns.Row::instances).containsSequence(1, 300, 1, 300);
      Traffic sent = pair.first().traffic();
      Traffic received = pair.second().traffic();
      assertThat(sent.bytesSent()).isPositive().isEqualTo(received.bytesReceived());
      assertThat(sent.bytesReceived()).isPositive().isEqualTo(received.bytesSent());
    }
  }
}
