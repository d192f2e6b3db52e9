package io.sotto.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sotto.server.model.Ranges;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sotto processes and the temporary directory that they live in. Both go when this is closed, and
 * when the JVM is told to stop. Servers go when the JVM is gone in any way: they hold a pipe of it.
 *
 * <p><b>Security.</b> The directory is for this user only; it is the processes' SOTTO_HOME.
 *
 * <p><b>Threading.</b> Any thread.
 *
 * <p><b>Failure.</b> {@link SampleException} with the last line that a failed process wrote.
 */
public final class SottoProcesses implements AutoCloseable {
  private static final long STOP_SECONDS = 5;
  private static final int READY_SECONDS = 120;
  private static final int READY_POLL_MILLIS = 10;

  private final Path launcher;
  private final Path directory;
  private final List<Process> processes = new ArrayList<>();
  private final Map<String, List<String>> prefixes = new HashMap<>();
  private final Thread hook = new Thread(this::stop, "sotto-processes-cleanup");
  private volatile boolean stopping;

  public SottoProcesses(Path launcher) throws IOException {
    this.launcher = launcher;
    this.directory = Files.createTempDirectory("sotto-processes");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether a server of this model finds measured ranges beside it. */
  public static boolean isCalibrated(Path model) {
    return Files.exists(Ranges.besideModel(model));
  }

  /** For files of the run. */
  public Path directory() {
    return directory;
  }

  /** A process and where its stderr goes. */
  public record Running(String name, Process process, Path errors) {}

  /** Waits for a process to end, which must be a success. */
  public void awaitSuccess(Running running) throws IOException, InterruptedException {
    if (running.process().waitFor() != 0) {
      throw failure(running);
    }
  }

  /** What a process that has ended too early said last. */
  SampleException failure(Running running) throws IOException {
    if (stopping) {
      return stopped();
    }
    List<String> lines =
        Files.readAllLines(running.errors()).stream().filter(l -> !l.isBlank()).toList();
    return new SampleException(
        "the %s ended with code %d: %s"
            .formatted(
                running.name(),
                running.process().exitValue(),
                lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1)));
  }

  private static SampleException stopped() {
    return new SampleException("stopped");
  }

  /**
   * A server that accepts connections.
   *
   * @param fingerprint of its certificate, empty without TLS
   * @param process the server's
   */
  public record Server(int port, String fingerprint, ProcessHandle process) {}

  /** What the command of a process starts with, such as one that enters a network namespace. */
  public synchronized void prefix(String name, List<String> command) {
    prefixes.put(name, List.copyOf(command));
  }

  /** Starts {@code ./sotto serve} on any free port, and waits until it accepts. */
  public Server startServer(Path model, List<String> more)
      throws IOException, InterruptedException {
    Path ready = directory.resolve("ready.json");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "serve",
                "--model=" + model,
                "--port=0",
                "--ready-file=" + ready,
                "--while-stdin-open"));
    arguments.addAll(more);
    Running server = start("server", arguments);
    Instant deadline = Instant.now().plusSeconds(READY_SECONDS);
    while (!Files.exists(ready)) {
      if (!server.process().isAlive()) {
        throw failure(server);
      }
      if (Instant.now().isAfter(deadline)) {
        throw new SampleException(
            "the server isn't ready after %d seconds".formatted(READY_SECONDS));
      }
      Thread.sleep(READY_POLL_MILLIS);
    }
    JsonNode address = new ObjectMapper().readTree(ready.toFile());
    return new Server(
        address.required("port").asInt(),
        address.path("fingerprint").asText(""),
        server.process().toHandle());
  }

  /** Starts {@code ./sotto} with these arguments; what it prints goes to a file. */
  public Running start(String name, List<String> arguments) throws IOException {
    Path printed = directory.resolve(name + ".out");
    return start(name, arguments, ProcessBuilder.Redirect.to(printed.toFile()));
  }

  /** Runs {@code ./sotto} with these arguments to its end, and hears each line that it prints. */
  public void run(String name, List<String> arguments, Consumer<String> printed)
      throws IOException, InterruptedException {
    Running running = start(name, arguments, ProcessBuilder.Redirect.PIPE);
    try (BufferedReader lines = running.process().inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        printed.accept(line);
      }
    }
    awaitSuccess(running);
  }

  private synchronized Running start(
      String name, List<String> arguments, ProcessBuilder.Redirect printed) throws IOException {
    if (stopping) {
      throw stopped();
    }
    List<String> command = new ArrayList<>(prefixes.getOrDefault(name, List.of()));
    command.add(launcher.toString());
    command.addAll(arguments);
    Path errors = directory.resolve(name + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(printed).redirectError(errors.toFile());
    builder.environment().put("SOTTO_HOME", directory.resolve("home").toString());
    Process process = builder.start();
    processes.add(process);
    return new Running(name, process, errors);
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down, and the hook does the same.
    }
  }

  private synchronized void stop() {
    if (stopping) {
      return;
    }
    stopping = true;
    processes.forEach(Process::destroy);
    boolean interrupted = false;
    for (Process process : processes) {
      try {
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        interrupted = true;
      }
    }
    try {
      deleteAll(directory);
    } catch (IOException e) {
      System.err.println("sotto: can't remove " + directory + " (" + e.getMessage() + ")");
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void deleteAll(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
