package io.sotto.benchmarks.layouts;

import io.sotto.channel.Channel;
import io.sotto.converter.linear.LinearServer;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.setup.ClientSetups;
import io.sotto.converter.setup.ServerSetups;
import io.sotto.converter.setup.SetupContext;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.StopSignal;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.Scope;
import java.nio.LongBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Both parties with keys for linear steps of one layer, a thread each, and shares of a batch. */
final class StepPair implements AutoCloseable {
  private final Scope serverScope = new Scope();
  private final Scope clientScope = new Scope();
  private final ExecutorService other = Executors.newSingleThreadExecutor();
  private final ServerParty server;
  private final ClientParty client;
  private final List<Shares> serverInputs;
  private final List<Shares> clientInputs;

  /**
   * @param spec a step of the layer, in any layout
   */
  StepPair(Channel serverEnd, Channel clientEnd, LinearSpec spec, int images) {
    SecureRandom random = new SecureRandom();
    CompletableFuture<ServerSetups> prepared =
        CompletableFuture.supplyAsync(
            () -> ServerSetups.prepare(spec.setups(), session(serverEnd, random, serverScope)),
            other);
    ClientSetups setups =
        ClientSetups.prepare(spec.setups(), session(clientEnd, random, clientScope));
    server = new ServerParty(serverEnd, prepared.join(), random);
    client = new ClientParty(clientEnd, setups, random, StopSignal.NEVER);
    serverInputs = shares(spec, images, random, serverScope);
    clientInputs = shares(spec, images, random, clientScope);
  }

  private static SetupContext session(Channel channel, SecureRandom random, Scope scope) {
    return new SetupContext(channel, random, OtTrees.DEFAULT, scope);
  }

  private static List<Shares> shares(
      LinearSpec spec, int images, SecureRandom random, Scope scope) {
    Shares shares = spec.inputs().get(0).allocate(images, scope);
    LongBuffer values = shares.values().longs();
    while (values.hasRemaining()) {
      values.put(random.nextLong() & shares.format().mask());
    }
    return List.of(shares);
  }

  /** Seconds until both have their shares of the result. */
  double seconds(LinearServer step) {
    long start = System.nanoTime();
    CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(step), other);
    try (Scope results = new Scope()) {
      step.spec().client().run(client, clientInputs, results);
    }
    served.join();
    return (System.nanoTime() - start) / 1e9;
  }

  private void serve(LinearServer step) {
    try (Scope results = new Scope()) {
      step.run(server, serverInputs, results);
    }
  }

  @Override
  public void close() {
    other.shutdown();
    serverScope.close();
    clientScope.close();
  }
}
