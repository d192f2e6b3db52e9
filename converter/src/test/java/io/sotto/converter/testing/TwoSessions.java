package io.sotto.converter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.channel.Channel;
import io.sotto.channel.InMemoryChannel;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.session.ClientLimits;
import io.sotto.converter.session.ClientSession;
import io.sotto.converter.session.ServerSession;
import io.sotto.converter.session.SessionMemory;
import io.sotto.converter.session.StepReport;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.natives.NativeMemory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Both sides of a session in one process: the server in a thread of its own. */
public final class TwoSessions {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  public static final long MEMORY = 1L << 30;

  private TwoSessions() {}

  /** What the server saw. */
  public record Seen(StepReport setup, List<ServerSession.Served> served, Channel channel) {}

  /** What the client got, and what the server saw. */
  public record Outcome<T>(T client, Seen server) {}

  public static <T> Outcome<T> run(ServerPlan plan, Function<ClientSession, T> client)
      throws InterruptedException, ExecutionException, TimeoutException {
    return run(plan, PlanCodec.STOCK, client);
  }

  /** With a client of that codec. */
  public static <T> Outcome<T> run(
      ServerPlan plan, PlanCodec codec, Function<ClientSession, T> client)
      throws InterruptedException, ExecutionException, TimeoutException {
    return run(plan, codec, ClientLimits.DEFAULT.withMemory(MEMORY), client);
  }

  /** With a client of these limits, too. */
  public static <T> Outcome<T> run(
      ServerPlan plan, PlanCodec codec, ClientLimits limits, Function<ClientSession, T> client)
      throws InterruptedException, ExecutionException, TimeoutException {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(TIMEOUT)) {
      Future<Seen> server = executor.submit(() -> serve(pair.second(), plan));
      T result;
      try (ClientSession session =
          ClientSession.open(pair.first(), new SecureRandom(), limits, codec)) {
        result = client.apply(session);
      }
      return new Outcome<>(result, server.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
    } finally {
      executor.shutdownNow();
    }
  }

  /**
   * Predicts seeded images, and holds outputs against the twin's and traffic against the plan's.
   */
  public static ClientSession.Prediction requireTwin(
      ServerPlan plan, PlanCodec codec, int images, long seed, long tolerance) throws Exception {
    FixedTensor input = plan.plan().input().quantize(Models.images(seed, plan.plan(), images));
    List<FixedTensor> twin = plan.runTwin(input);
    long[] expected = twin.get(twin.size() - 1).values();
    ClientSession.Prediction prediction =
        run(plan, codec, session -> session.predict(input)).client();
    for (int i = 0; i < expected.length; i++) {
      assertThat(prediction.outputs().values()[i])
          .as("output %d of seed %d", i, seed)
          .isBetween(expected[i] - tolerance, expected[i] + tolerance);
    }
    for (int i = 0; i < plan.plan().steps().size(); i++) {
      assertThat(prediction.steps().get(i + 1).traffic())
          .as("step %d", i)
          .isEqualTo(plan.plan().clientTraffic(i, images));
    }
    return prediction;
  }

  public static Seen serve(Channel channel, ServerPlan plan) {
    List<ServerSession.Served> served = new ArrayList<>();
    try (ServerSession session = ServerSession.open(channel, plan, new SecureRandom())) {
      Optional<ServerSession.Served> batch = session.serveBatch();
      while (batch.isPresent()) {
        served.add(batch.get());
        batch = session.serveBatch();
      }
      return new Seen(session.setup(), served, channel);
    }
  }

  /**
   * The most native memory that both sides of a session held together, while it predicted so many
   * batches.
   */
  public static long peakBytes(ServerPlan plan, PlanCodec codec, int images, int batches)
      throws Exception {
    FixedTensor input = plan.plan().input().quantize(Models.images(images, plan.plan(), images));
    long before = NativeMemory.liveBytes();
    NativeMemory.resetPeak();
    run(
        plan,
        codec,
        session -> {
          for (int i = 0; i < batches; i++) {
            session.predict(input);
          }
          return batches;
        });
    return NativeMemory.peakBytes() - before;
  }

  /** What both sides' bounds say of that. */
  public static long boundBytes(ServerPlan plan, int images) {
    return SessionMemory.ofClient(plan.plan(), images) + SessionMemory.ofServer(plan, images);
  }
}
