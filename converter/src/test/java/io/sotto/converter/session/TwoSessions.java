package io.sotto.converter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.channel.Channel;
import io.sotto.channel.InMemoryChannel;
import io.sotto.converter.Models;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.shares.FixedTensor;
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
final class TwoSessions {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  static final long MEMORY = 1L << 30;

  private TwoSessions() {}

  /** What the server saw. */
  record Seen(StepReport setup, List<ServerSession.Served> served, Channel channel) {}

  /** What the client got, and what the server saw. */
  record Outcome<T>(T client, Seen server) {}

  static <T> Outcome<T> run(ServerPlan plan, Function<ClientSession, T> client)
      throws InterruptedException, ExecutionException, TimeoutException {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(TIMEOUT)) {
      Future<Seen> server = executor.submit(() -> serve(pair.second(), plan));
      T result;
      try (ClientSession session = ClientSession.open(pair.first(), new SecureRandom(), MEMORY)) {
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
  static ClientSession.Prediction requireTwin(
      ServerPlan plan, int images, long seed, long tolerance) throws Exception {
    FixedTensor input = plan.plan().input().quantize(Models.images(seed, plan.plan(), images));
    List<FixedTensor> twin = plan.runTwin(input);
    long[] expected = twin.get(twin.size() - 1).values();
    ClientSession.Prediction prediction = run(plan, session -> session.predict(input)).client();
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

  static Seen serve(Channel channel, ServerPlan plan) {
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
}
