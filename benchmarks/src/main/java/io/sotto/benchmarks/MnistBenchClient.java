package io.sotto.benchmarks;

import io.sotto.client.SottoClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The client process of {@link MnistBench}: one session, all batches. A line on stdout says how far
 * it is.
 */
@Command(
    name = "mnist-client",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "The client process of the benchmark mnist.")
public final class MnistBenchClient implements Callable<Integer> {
  @Mixin private ClientOptions options = new ClientOptions();

  @Option(names = "--insecure-no-tls")
  private boolean insecureNoTls;

  @Option(names = "--sessions", required = true)
  private int sessions;

  @Option(names = "--batches", required = true)
  private int batches;

  @Option(names = "--warmup", required = true)
  private int warmup;

  @Option(names = "--singles", required = true)
  private int singles;

  @Override
  public Integer call() throws IOException {
    if (batches < 1) {
      throw new IllegalArgumentException("--batches " + batches + " given; give at least 1");
    }
    SottoClient.Builder builder = SottoClient.builder("localhost", options.port());
    if (insecureNoTls) {
      builder.insecureWithoutTls();
    }
    try (MeasuredClient client = MeasuredClient.connect(options, builder, sessions)) {
      long batch = options.batch();
      for (int i = 0; i < warmup; i++) {
        client.warmUp("warm-up %d of %d".formatted(i + 1, warmup), i * batch);
      }
      client.start();
      for (int i = 0; i < batches; i++) {
        client.measure("batch %d of %d".formatted(i + 1, batches), i * batch);
      }
      client.stop();
      List<Double> singleSeconds = new ArrayList<>();
      for (int i = -1; i < singles; i++) { // the first one warms up
        double seconds = client.single(i + 1);
        if (i >= 0) {
          singleSeconds.add(seconds);
        }
      }
      options.say("%d single images".formatted(singles));
      client.write(singleSeconds);
    }
    return 0;
  }
}
