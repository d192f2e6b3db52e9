package io.sotto.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sotto.server.Schemes;
import io.sotto.server.ServerConfig;
import io.sotto.server.Setting;
import io.sotto.server.SottoServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code sotto serve}: serves a model until the process is told to stop. SIGTERM and SIGINT end it
 * cleanly, with the exit codes that they have by custom (143 and 130).
 */
@Command(
    name = "serve",
    description = "Serves a TensorFlow SavedModel to clients that keep their inputs to themselves.",
    modelTransformer = SettingOptions.class,
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class ServeCommand implements Callable<Integer>, SettingOptions.Taker {
  private final Schemes schemes;

  @Option(
      names = "--ready-file",
      paramLabel = "FILE",
      description = "Write host, port and fingerprint there, as JSON, once the server accepts.")
  private @Nullable Path readyFile;

  @Option(
      names = "--while-stdin-open",
      description =
          "Stop when standard input ends: with the process that started this one, however it ends.")
  private boolean whileStdinOpen;

  @Spec private @Nullable CommandSpec spec;

  /** With Sotto's own scheme. */
  public ServeCommand() {
    this(Schemes.STOCK);
  }

  /** With these schemes to choose from. */
  public ServeCommand(Schemes schemes) {
    this.schemes = schemes;
  }

  @Override
  public Schemes schemes() {
    return schemes;
  }

  @Override
  public Set<Setting.Part> parts() {
    return EnumSet.allOf(Setting.Part.class);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerConfig config = SettingOptions.given(spec()).build();
    if (readyFile != null) {
      Files.deleteIfExists(readyFile); // An earlier server's would mislead who waits for it.
    }
    try (SottoServer server = start(config)) {
      Thread hook = new Thread(server::close, "sotto-shutdown");
      Runtime.getRuntime().addShutdownHook(hook);
      if (whileStdinOpen) {
        closeAtEndOfInput(server);
      }
      try {
        announce(server);
        server.awaitClosed();
      } finally {
        forget(hook);
      }
    }
    return 0;
  }

  private SottoServer start(ServerConfig config) {
    try (ProgressLines lines = ProgressLines.patient(spec().commandLine().getErr())) {
      lines.at("compiling the model", 0, 1);
      SottoServer server = SottoServer.builder(config).start();
      // Compiling leaves as much behind as weights take, and the heap would keep that size.
      System.gc();
      return server;
    }
  }

  private static void closeAtEndOfInput(SottoServer server) {
    Thread reader =
        new Thread(
            () -> {
              try (server) {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                // Whoever was at the other end is gone; that is all there is to know.
              }
            },
            "sotto-stdin");
    reader.setDaemon(true);
    reader.start();
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook is what ended the wait: the machine is going down already.
    }
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    return spec;
  }

  private void announce(SottoServer server) throws IOException {
    PrintWriter err = spec().commandLine().getErr();
    server.warnings().forEach(warning -> err.println("warning: " + warning));
    err.flush();
    PrintWriter out = spec().commandLine().getOut();
    out.println(server.readyLine());
    out.flush();
    if (readyFile != null) {
      writeReadyFile(readyFile, server);
    }
  }

  private static void writeReadyFile(Path file, SottoServer server) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.put("host", server.host()).put("port", server.port());
    root.put("fingerprint", server.fingerprint().orElse(null));
    root.put("pid", ProcessHandle.current().pid());
    Path absolute = file.toAbsolutePath();
    Path temporary =
        Files.createTempFile(absolute.getParent(), absolute.getFileName().toString(), ".tmp");
    try {
      Files.write(temporary, json.writeValueAsBytes(root));
      Files.move(
          temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
