package io.sotto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of the launcher {@code ./sotto}, as a user has it. */
final class Launched implements AutoCloseable {
  /** The project's root: tests run in the module's directory. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final int SECONDS = 120;

  private final Process process;
  private final Path out;
  private final Path err;

  private Launched(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * @param folder for its home and what it writes
   */
  static Launched start(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ROOT.resolve("sotto").toString());
    Collections.addAll(command, arguments);
    Path out = Files.createTempFile(folder, "stdout", "");
    Path err = Files.createTempFile(folder, "stderr", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("SOTTO_HOME", folder.resolve("home").toString());
    return new Launched(builder.start(), out, err);
  }

  /** Starts a server on any port, and waits until it is ready. */
  static Launched server(Path folder, Path model, String... more)
      throws IOException, InterruptedException {
    Path ready = readyFile(folder);
    Files.deleteIfExists(ready);
    List<String> arguments =
        new ArrayList<>(List.of("serve", "--model=" + model, "--port=0", "--ready-file=" + ready));
    Collections.addAll(arguments, more);
    Launched server = start(folder, arguments.toArray(String[]::new));
    while (!Files.exists(ready)) {
      assertThat(server.process.isAlive()).as("the server runs; it says %s", server.err()).isTrue();
      Thread.sleep(10);
    }
    return server;
  }

  private static Path readyFile(Path folder) {
    return folder.resolve("ready.json");
  }

  /** The port of the server that was started last in this folder. */
  static int port(Path folder) throws IOException {
    return new ObjectMapper().readTree(readyFile(folder).toFile()).required("port").asInt();
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Waits for the end. */
  Launched await() throws InterruptedException {
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    return this;
  }

  int code() {
    return process.exitValue();
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  /** Ends it by SIGTERM. */
  Launched terminate() throws InterruptedException {
    process.destroy();
    return await();
  }

  /** Ends it by SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
