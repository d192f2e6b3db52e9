package io.sotto.benchmarks;

import io.sotto.data.AtomicFile;
import io.sotto.data.TextTable;
import io.sotto.gc.correlation.Role;
import io.sotto.samples.SottoProcesses;
import io.sotto.transport.ConnectorOptions;
import io.sotto.transport.ListenerOptions;
import io.sotto.transport.NettyChannel;
import io.sotto.transport.ServerIdentity;
import io.sotto.transport.ServerTrust;
import io.sotto.transport.SottoConnector;
import io.sotto.transport.SottoListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sotto bench rounds}: what few instances wait for, in two processes over TLS. */
@Command(
    name = "rounds",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Times what one image waits for beside its linear layers: a message to and fro, relus and",
      "truncates of few instances by either form, in two processes over TLS on this machine."
    })
public final class RoundBench implements Callable<Integer> {
  private static final int POLL_MILLIS = 10;

  @Option(
      names = "--instances",
      paramLabel = "SIZES",
      split = ",",
      defaultValue = "10,64,128,256,384,512,845,4096",
      description = "Instances of a relu and a truncate; ${DEFAULT-VALUE} if not given.")
  private List<Integer> instances = List.of();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Runs of each that count, after as many that don't; ${DEFAULT-VALUE}.")
  private int runs;

  @Option(names = "--serve", hidden = true)
  private @Nullable Path serve;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    if (runs < 1 || instances.stream().anyMatch(count -> count < 1)) {
      throw new IllegalArgumentException("--runs and --instances are positive numbers");
    }
    if (serve != null) {
      serve(serve);
      return 0;
    }
    String home = System.getProperty("sotto.root");
    if (home == null) {
      throw new IllegalArgumentException("start it by the launcher: ./sotto");
    }
    try (SottoProcesses processes = new SottoProcesses(Path.of(home, "sotto"))) {
      print(spec.commandLine().getOut(), measure(processes));
    }
    return 0;
  }

  private List<RoundRuns.Row> measure(SottoProcesses processes)
      throws IOException, InterruptedException {
    Path ready = processes.directory().resolve("ready");
    SottoProcesses.Running peer =
        processes.start(
            "other side",
            List.of(
                "bench",
                "rounds",
                "--serve=" + ready,
                "--runs=" + runs,
                "--instances="
                    + instances.stream().map(String::valueOf).collect(Collectors.joining(","))));
    while (!Files.exists(ready)) {
      if (!peer.process().isAlive()) {
        processes.awaitSuccess(peer);
      }
      Thread.sleep(POLL_MILLIS);
    }
    String[] address = Files.readString(ready).split(" ", -1);
    try (NettyChannel channel =
        SottoConnector.connect(
            "localhost",
            Integer.parseInt(address[0]),
            ServerTrust.pinned(address[1]),
            ConnectorOptions.defaults())) {
      return RoundRuns.of(channel, Role.EVALUATOR, instances, runs);
    }
  }

  /** The other process, for one session. */
  private void serve(Path ready) throws IOException, InterruptedException {
    ServerIdentity identity = ServerIdentity.loadOrCreate(ServerIdentity.defaultDirectory());
    CountDownLatch done = new CountDownLatch(1);
    try (SottoListener listener =
        SottoListener.bind(
            "localhost",
            0,
            identity,
            ListenerOptions.defaults(),
            (channel, peer) -> {
              try {
                RoundRuns.of(channel, Role.GARBLER, instances, runs);
              } finally {
                done.countDown();
              }
            })) {
      String address = listener.port() + " " + identity.fingerprint();
      byte[] bytes = address.getBytes(StandardCharsets.US_ASCII);
      AtomicFile.write(ready, out -> out.write(bytes));
      done.await();
    }
  }

  private static void print(PrintWriter out, List<RoundRuns.Row> rows) throws IOException {
    TextTable table =
        new TextTable("", "  ")
            .left("microseconds         ")
            .right("instances", "median", "least", "most");
    for (RoundRuns.Row row : rows) {
      table.row(
          row.what(),
          row.instances() == 0 ? "" : String.valueOf(row.instances()),
          number(row.micros().median()),
          number(row.micros().min()),
          number(row.micros().max()));
    }
    out.print(table);
    out.println("machine " + Machine.here());
    out.flush();
  }

  private static String number(double micros) {
    return String.format(Locale.ROOT, "%,.0f", micros);
  }
}
