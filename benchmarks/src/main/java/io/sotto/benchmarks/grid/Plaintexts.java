package io.sotto.benchmarks.grid;

import io.sotto.data.NpyFile;
import io.sotto.data.Tensor;
import io.sotto.samples.SottoProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** What TensorFlow says to all inputs of a model: computed once and kept beside the cells. */
final class Plaintexts {
  private final Path directory;
  private final Path launcher;

  Plaintexts(Path directory, Path launcher) throws IOException {
    this.directory = Files.createDirectories(directory.resolve("plaintext"));
    this.launcher = launcher;
  }

  Tensor of(SampleNetwork network, BenchSystem system, Path model)
      throws IOException, InterruptedException {
    Path file =
        directory.resolve(
            network.name().replace('/', '-') + (system.wantsSquares() ? "-square" : "") + ".npy");
    if (!Files.exists(file)) {
      try (SottoProcesses processes = new SottoProcesses(launcher)) {
        Path outputs = processes.directory().resolve("outputs.npy");
        processes.awaitSuccess(
            processes.start(
                "plaintext model",
                List.of(
                    "plaintext",
                    "--model=" + model,
                    "--input=" + network.inputs(),
                    "--output=" + outputs)));
        Path copy = directory.resolve(file.getFileName() + ".tmp");
        Files.copy(outputs, copy, StandardCopyOption.REPLACE_EXISTING);
        Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return NpyFile.read(file);
  }
}
