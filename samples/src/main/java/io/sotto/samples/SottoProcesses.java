package io.sotto.samples;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sotto processes and the temporary directory that they live in. Both go when this is closed, and
 * when the JVM is told to stop.
 *
 * <p><b>Security.</b> The directory is for this user only; it is the processes' SOTTO_HOME.
 *
 * <p><b>Threading.</b> Any thread.
 *
 * <p><b>Failure.</b> {@link QuickstartException} with the last line that a failed process wrote.
 */
final class SottoProcesses implements AutoCloseable {
  private static final long STOP_SECONDS = 5;

  private final Path launcher;
  private final Path directory;
  private final List<Process> processes = new ArrayList<>();
  private final Thread hook = new Thread(this::stop, "quickstart-cleanup");
  private volatile boolean stopping;

  SottoProcesses(Path launcher) throws IOException {
    this.launcher = launcher;
    this.directory = Files.createTempDirectory("sotto-quickstart");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** For files of the run. */
  Path directory() {
    return directory;
  }

  /** A process and where its stderr goes. */
  record Running(String name, Process process, Path errors) {}

  /** Waits for a process to end, which must be a success. */
  void awaitSuccess(Running running) throws IOException, InterruptedException {
    if (running.process().waitFor() != 0) {
      throw failure(running);
    }
  }

  /** What a process that has ended too early said last. */
  QuickstartException failure(Running running) throws IOException {
    if (stopping) {
      return stopped();
    }
    List<String> lines =
        Files.readAllLines(running.errors()).stream().filter(l -> !l.isBlank()).toList();
    return new QuickstartException(
        "the %s ended with code %d: %s"
            .formatted(
                running.name(),
                running.process().exitValue(),
                lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1)));
  }

  private static QuickstartException stopped() {
    return new QuickstartException("stopped");
  }

  /** Starts {@code ./sotto} with these arguments. */
  synchronized Running start(String name, List<String> arguments) throws IOException {
    if (stopping) {
      throw stopped();
    }
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(arguments);
    Path errors = directory.resolve(name + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(directory.resolve(name + ".out").toFile())
            .redirectError(errors.toFile());
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
      System.err.println("quickstart: can't remove " + directory + " (" + e.getMessage() + ")");
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
