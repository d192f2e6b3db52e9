package io.sotto.converter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.converter.Models;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.session.BreakingChannel.Fault;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.gc.channel.ChannelException;
import io.sotto.gc.channel.InMemoryChannel;
import io.sotto.natives.testing.LeakCheck;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Something goes wrong at each message of a session in turn, on either side. */
@ExtendWith(LeakCheck.class)
class FaultTest {
  private static final int IMAGES = 3;
  private static final long SEED = 11;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int TIMEOUT_SECONDS = 30;

  /** How both sides ended, and the messages that the faulty one got to. */
  private record Ending(
      Optional<Throwable> client,
      Optional<Throwable> server,
      int clientMessages,
      int serverMessages) {

    /** Nothing but what a caller is told to expect. */
    void requireOrderly() {
      client.ifPresent(e -> assertThat(e).isInstanceOf(ChannelException.class));
      server.ifPresent(e -> assertThat(e).isInstanceOf(ChannelException.class));
    }
  }

  @Test
  void withoutAFaultBothEndInPeace() throws Exception {
    try (ServerPlan plan = Models.dense(SEED, false, 4, 3, 2)) {
      Ending ending = run(plan, Fault.GONE, -1, -1);
      assertThat(ending.client()).isEmpty();
      assertThat(ending.server()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aFaultOfTheClientEndsBothSidesInOrder(Fault fault) throws Exception {
    try (ServerPlan plan = Models.dense(SEED, false, 4, 3, 2)) {
      int messages = run(plan, Fault.GONE, -1, -1).clientMessages();
      for (int at = 0; at < messages; at++) {
        Ending ending = run(plan, fault, at, -1);
        ending.requireOrderly();
        if (fault == Fault.GONE) {
          assertThat(ending.client().isPresent() || at == messages - 1)
              .as("the client notices at message %d", at)
              .isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aFaultOfTheServerEndsBothSidesInOrder(Fault fault) throws Exception {
    try (ServerPlan plan = Models.dense(SEED, false, 4, 3, 2)) {
      int messages = run(plan, Fault.GONE, -1, -1).serverMessages();
      for (int at = 0; at < messages; at++) {
        Ending ending = run(plan, fault, -1, at);
        ending.requireOrderly();
        if (fault == Fault.GONE) {
          assertThat(ending.server()).as("the server notices at message %d", at).isPresent();
        }
      }
    }
  }

  private static Ending run(ServerPlan plan, Fault fault, int clientAt, int serverAt)
      throws Exception {
    FixedTensor input = plan.plan().input().quantize(Models.images(SEED, plan.plan(), IMAGES));
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(TIMEOUT)) {
      BreakingChannel clientChannel = new BreakingChannel(pair.first(), fault, clientAt);
      BreakingChannel serverChannel = new BreakingChannel(pair.second(), fault, serverAt);
      Future<Optional<Throwable>> server =
          executor.submit(
              caught(
                  () -> {
                    TwoSessions.serve(serverChannel, plan);
                    return null;
                  }));
      Future<Optional<Throwable>> client =
          executor.submit(
              caught(
                  () -> {
                    try (ClientSession session =
                        ClientSession.open(clientChannel, new SecureRandom(), TwoSessions.MEMORY)) {
                      session.predict(input);
                    }
                    return null;
                  }));
      return new Ending(
          client.get(TIMEOUT_SECONDS, TimeUnit.SECONDS),
          server.get(TIMEOUT_SECONDS, TimeUnit.SECONDS),
          clientChannel.messages(),
          serverChannel.messages());
    } finally {
      executor.shutdownNow();
    }
  }

  private static Callable<Optional<Throwable>> caught(Callable<?> work) {
    return () -> {
      try {
        work.call();
        return Optional.empty();
      } catch (RuntimeException | Error e) {
        return Optional.of(e);
      }
    };
  }
}
