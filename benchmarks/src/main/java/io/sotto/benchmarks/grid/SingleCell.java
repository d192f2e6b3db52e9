package io.sotto.benchmarks.grid;

import io.sotto.benchmarks.ClientOutcome;
import io.sotto.benchmarks.Spread;
import io.sotto.samples.SottoProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** One full batch of the baseline, as a cell measures it, without a grid. */
public final class SingleCell {
  private static final String MODEL = "samples/models/mnist-cryptonets-square/saved_model";
  private static final String IMAGES = "samples/data/t10k-images-idx3-ubyte.gz";
  private static final int BATCH = 4096;
  private static final int BUDGET_SECONDS = 600;

  private SingleCell() {}

  /** Seconds of a batch of 4,096 images of the MNIST network with squares, on one thread. */
  public static Spread baseline(int runs, Consumer<String> progress)
      throws IOException, InterruptedException {
    String home = System.getProperty("sotto.root");
    if (home == null) {
      throw new IllegalArgumentException("start it by the launcher: ./sotto");
    }
    Path root = Path.of(home);
    try (SottoProcesses processes = new SottoProcesses(root.resolve("sotto"))) {
      SottoProcesses.Server server =
          processes.startServer(root.resolve(MODEL), List.of("--scheme=cryptonets", "--threads=1"));
      ClientOutcome outcome =
          ClientOutcome.of(
              processes,
              server,
              List.of(
                  "bench",
                  "cell-client",
                  "--host=localhost",
                  "--port=" + server.port(),
                  "--fingerprint=" + server.fingerprint(),
                  "--input=" + root.resolve(IMAGES),
                  "--batch=" + BATCH,
                  "--runs=" + runs,
                  "--budget=" + BUDGET_SECONDS),
              progress);
      return Spread.of(
          outcome.figures().seconds().stream().mapToDouble(Double::doubleValue).toArray());
    }
  }
}
