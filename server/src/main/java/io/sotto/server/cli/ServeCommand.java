package io.sotto.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sotto.server.PeerLimits;
import io.sotto.server.Schemes;
import io.sotto.server.ServerConfig;
import io.sotto.server.SottoServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The SavedModel; needed unless the configuration file names it.")
  private @Nullable Path model;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Where to listen: 127.0.0.1, this machine only, unless told; 0.0.0.0 for all addresses.")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The port, 7443; 0 for any free one.")
  private @Nullable Integer port;

  @Option(
      names = "--identity",
      paramLabel = "DIR",
      description =
          "Where the server's certificate is kept, and made when there is none; ~/.sotto/server.")
  private @Nullable Path identity;

  @Option(
      names = "--certificate",
      paramLabel = "PEM",
      description = "A certificate of your own; with --private-key.")
  private @Nullable Path certificate;

  @Option(names = "--private-key", paramLabel = "PEM", description = "Its key.")
  private @Nullable Path privateKey;

  @Option(
      names = "--client-certificates",
      paramLabel = "PEM",
      description = "Only clients with one of these certificates, or one issued by them, get in.")
  private @Nullable Path clientCertificates;

  @Option(
      names = "--insecure-no-tls",
      description = "Without TLS: everyone on the way can read and alter everything.")
  private boolean insecureNoTls;

  @Option(
      names = "--max-sessions",
      paramLabel = "N",
      description = "Sessions at a time, 4; more are told that the server is busy.")
  private @Nullable Integer maxSessions;

  @Option(
      names = "--idle-timeout",
      paramLabel = "SECONDS",
      description = "How long a client may be silent between its batches, 300.")
  private @Nullable Integer idleTimeout;

  @Option(
      names = "--idle-grace",
      paramLabel = "SECONDS",
      description =
          "A session that has been idle for so long, 10, ends when another client needs a place.")
  private @Nullable Integer idleGrace;

  @Option(
      names = "--max-sessions-per-address",
      paramLabel = "N",
      description =
          "Sessions at a time of one address: half of all and at least 2, or all with --host on"
              + " this machine only.")
  private @Nullable Integer maxSessionsPerAddress;

  @Option(
      names = "--handshake-timeout",
      paramLabel = "SECONDS",
      description = "From a connection to a client's greeting, at most, 5.")
  private @Nullable Integer handshakeTimeout;

  @Option(
      names = "--setup-timeout",
      paramLabel = "SECONDS",
      description = "From the greeting to the end of a session's setup, at most, 30.")
  private @Nullable Integer setupTimeout;

  @Option(
      names = "--receive-timeout",
      paramLabel = "SECONDS",
      description = "How long a client may be silent within its setup or a batch, 60.")
  private @Nullable Integer receiveTimeout;

  @Option(
      names = "--least-throughput",
      paramLabel = "KIB",
      description =
          "KiB a second that a client must send and take while it is waited for, on average, 16; 0"
              + " for none.")
  private @Nullable Integer leastThroughput;

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

  @Mixin private ModelOptions modelOptions;

  @Spec private @Nullable CommandSpec spec;

  /** With Sotto's own scheme. */
  public ServeCommand() {
    this(Schemes.STOCK);
  }

  /** With these schemes to choose from. */
  public ServeCommand(Schemes schemes) {
    modelOptions = new ModelOptions(schemes);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerConfig config = config();
    if (readyFile != null) {
      Files.deleteIfExists(readyFile); // An earlier server's would mislead who waits for it.
    }
    try (SottoServer server = SottoServer.builder(config).start()) {
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

  private ServerConfig config() {
    ServerConfig.Builder builder = modelOptions.builder(model);
    return ModelOptions.checked(
        () -> {
          if (host != null) {
            builder.host(host);
          }
          if (port != null) {
            builder.port(port);
          }
          if (identity != null) {
            builder.identity(identity);
          }
          if (certificate != null) {
            builder.certificate(certificate);
          }
          if (privateKey != null) {
            builder.privateKey(privateKey);
          }
          if (clientCertificates != null) {
            builder.clientCertificates(clientCertificates);
          }
          if (insecureNoTls) {
            builder.insecureNoTls(true);
          }
          if (maxSessions != null) {
            builder.maxSessions(maxSessions);
          }
          if (idleTimeout != null) {
            builder.idleTimeout(Duration.ofSeconds(idleTimeout));
          }
          builder.peers(peers(builder.peers()));
          return builder.build();
        });
  }

  private PeerLimits peers(PeerLimits limits) {
    PeerLimits peers = limits;
    if (idleGrace != null) {
      peers = peers.withIdleGrace(Duration.ofSeconds(idleGrace));
    }
    if (maxSessionsPerAddress != null) {
      peers = peers.withSessionsPerAddress(maxSessionsPerAddress);
    }
    if (handshakeTimeout != null) {
      peers = peers.withHandshakeTimeout(Duration.ofSeconds(handshakeTimeout));
    }
    if (setupTimeout != null) {
      peers = peers.withSetupTimeout(Duration.ofSeconds(setupTimeout));
    }
    if (receiveTimeout != null) {
      peers = peers.withReceiveTimeout(Duration.ofSeconds(receiveTimeout));
    }
    if (leastThroughput != null) {
      peers = peers.withLeastThroughput(leastThroughput);
    }
    return peers;
  }

  private void announce(SottoServer server) throws IOException {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    PrintWriter err = spec.commandLine().getErr();
    server.warnings().forEach(warning -> err.println("warning: " + warning));
    err.flush();
    PrintWriter out = spec.commandLine().getOut();
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
