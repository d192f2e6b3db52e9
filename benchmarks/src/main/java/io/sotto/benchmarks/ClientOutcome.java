package io.sotto.benchmarks;

import io.sotto.data.NpyFile;
import io.sotto.data.Tensor;
import io.sotto.samples.SottoProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the client process of a benchmark measured, and what was predicted to it.
 *
 * @param outputs of the images that its batches had, in their order in the file
 */
public record ClientOutcome(ClientFigures figures, Tensor outputs) {

  /**
   * Runs such a process to its end.
   *
   * @param arguments the command and what {@link ClientOptions} takes, but for the server's process
   *     and the files of the outcome
   * @param progress hears each line that it prints
   */
  public static ClientOutcome of(
      SottoProcesses processes,
      SottoProcesses.Server server,
      List<String> arguments,
      Consumer<String> progress)
      throws IOException, InterruptedException {
    Path figures = processes.directory().resolve("figures.json");
    Path outputs = processes.directory().resolve("outputs.npy");
    List<String> all = new ArrayList<>(arguments);
    all.add("--server-pid=" + server.process().pid());
    all.add("--output=" + outputs);
    all.add("--json=" + figures);
    processes.run("client", all, progress);
    return new ClientOutcome(ClientFigures.read(figures), NpyFile.read(outputs));
  }
}
