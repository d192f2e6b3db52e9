package io.sotto.benchmarks.grid;

import io.sotto.baselines.Baselines;
import io.sotto.benchmarks.ClientOptions;
import io.sotto.benchmarks.MeasuredClient;
import io.sotto.client.SottoClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The client process of a cell: one session; batches that warm up, then batches that count. At
 * least so many of them, unless the time is up; more if they are short.
 */
@Command(
    name = "cell-client",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "The client process of the benchmark all.")
public final class CellClient implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final int MOST_RUNS = 1000;
  private static final double WARM_UP_SECONDS = 4;
  private static final double WARM_UP_SHARE = 0.3;
  private static final double ENOUGH_SECONDS = 2;

  @Mixin private ClientOptions options = new ClientOptions();

  @Option(names = "--host", required = true)
  private String host = "";

  @Option(names = "--fingerprint", required = true)
  private String fingerprint = "";

  @Option(names = "--runs", required = true)
  private int runs;

  @Option(names = "--budget", required = true)
  private double budget;

  @Override
  public Integer call() throws IOException {
    SottoClient.Builder builder =
        SottoClient.builder(host, options.port())
            .trustFingerprint(fingerprint)
            .planCodec(Baselines.PLANS)
            .receiveTimeout(PATIENCE);
    try (MeasuredClient client = MeasuredClient.connect(options, builder, 1)) {
      warmUp(client);
      client.start();
      long first = System.nanoTime();
      while (goesOn(client.measured(), seconds(first))) {
        int done = client.measured();
        client.measure("run " + (done + 1), (long) done * options.batch());
      }
      client.stop();
      client.write(List.of());
    }
    return 0;
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private void warmUp(MeasuredClient client) {
    long start = System.nanoTime();
    int done = 0;
    do {
      client.warmUp("warm-up " + (done + 1), done);
      done++;
    } while (done < MOST_RUNS
        && seconds(start) < Math.min(WARM_UP_SECONDS, budget * WARM_UP_SHARE));
  }

  private boolean goesOn(int done, double elapsed) {
    if (done == 0) {
      return true;
    }
    return elapsed < budget && (done < runs || (elapsed < ENOUGH_SECONDS && done < MOST_RUNS));
  }
}
