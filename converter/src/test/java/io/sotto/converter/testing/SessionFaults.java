package io.sotto.converter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.channel.AbortReason;
import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.ChannelException;
import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerAbortException;
import io.sotto.channel.PeerViolationException;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.session.ClientLimits;
import io.sotto.converter.session.ClientSession;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.step.MessageKinds;
import io.sotto.converter.testing.BreakingChannel.Fault;
import io.sotto.converter.testing.BreakingChannel.Message;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What becomes of a session when something goes wrong with one of its messages, on either side:
 * both sides must end with one error that callers are told to expect.
 */
public final class SessionFaults {
  private static final int IMAGES = 3;
  private static final long SEED = 11;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** Where one side is too late, the other one waits for so long. */
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(250);

  private static final int TIMEOUT_SECONDS = 90;

  /** Kinds that hold numbers of limited range; all ones is none of them. */
  private static final Set<MessageKind> OF_LIMITED_RANGE =
      Set.of(
          MessageKinds.PLAN,
          MessageKinds.PUBLIC_KEY,
          MessageKinds.BATCH,
          MessageKinds.UPLOAD,
          new MessageKind(16, "base OT point"),
          new MessageKind(17, "base OT choices"));

  private final ServerPlan plan;
  private final PlanCodec codec;
  private final Set<MessageKind> ofLimitedRange = new HashSet<>(OF_LIMITED_RANGE);

  /**
   * @param codec of the client
   * @param ofLimitedRange kinds of message, besides those of the converter, that hold numbers of
   *     limited range
   */
  public SessionFaults(ServerPlan plan, PlanCodec codec, Set<MessageKind> ofLimitedRange) {
    this.plan = plan;
    this.codec = codec;
    this.ofLimitedRange.addAll(ofLimitedRange);
  }

  /** A side of the session. */
  private record Side(Optional<Throwable> error, List<Message> messages) {}

  /** How both sides ended. */
  private record Ending(Side client, Side server) {
    Side faulty(boolean client) {
      return client ? this.client : server;
    }

    Side other(boolean client) {
      return client ? server : this.client;
    }
  }

  public void requirePeaceWithoutOne() throws Exception {
    Ending ending = run(Fault.GONE, true, -1);
    assertThat(ending.client().error()).isEmpty();
    assertThat(ending.server().error()).isEmpty();
  }

  /** Each message of a side in turn. */
  public void requireOrderlyEnds(Fault fault, boolean client) throws Exception {
    List<Message> messages = messages(client);
    for (int at = 0; at < messages.size(); at++) {
      if (fault.befalls(messages.get(at))) {
        check(run(fault, client, at), fault, client, at, messages);
      }
    }
  }

  /**
   * One message of each kind, in each direction.
   *
   * @param ofSetup which kinds are to be tried before the first batch
   */
  public void requireOrderlyEndsOfEachKind(Set<Fault> faults, Predicate<MessageKind> ofSetup)
      throws Exception {
    for (boolean client : new boolean[] {true, false}) {
      List<Message> messages = messages(client);
      int setup = setupMessages(messages);
      Set<Integer> chosen = new LinkedHashSet<>();
      for (int at = 0; at < messages.size(); at++) {
        boolean tried = at >= setup || ofSetup.test(messages.get(at).kind());
        if (tried && messages.lastIndexOf(messages.get(at)) == at) {
          chosen.add(at);
        }
      }
      for (Fault fault : faults) {
        for (int at : chosen) {
          if (fault.befalls(messages.get(at))) {
            check(run(fault, client, at), fault, client, at, messages);
          }
        }
      }
    }
  }

  /** Before the first batch. */
  private static int setupMessages(List<Message> messages) {
    return IntStream.range(0, messages.size())
        .filter(at -> messages.get(at).kind().equals(MessageKinds.BATCH))
        .findFirst()
        .orElseThrow();
  }

  private List<Message> messages(boolean client) throws Exception {
    return run(Fault.GONE, client, -1).faulty(client).messages();
  }

  private void check(Ending ending, Fault fault, boolean client, int at, List<Message> messages) {
    Message message = messages.get(at);
    String what =
        "%s of the %s with message %d, %s"
            .formatted(fault, client ? "client" : "server", at, message);
    Optional<Throwable> other = ending.other(client).error();
    Optional<Throwable> faulty = ending.faulty(client).error();
    other.ifPresent(
        e -> assertThat(e).as(what).isInstanceOf(ChannelException.class).message().isNotBlank());
    faulty.ifPresent(e -> assertThat(e).as(what).isInstanceOf(ChannelException.class));
    // Nobody waits for what becomes of the client's goodbye.
    boolean goodbye = at == messages.size() - 1 && message.kind().equals(MessageKinds.BATCH);
    switch (fault) {
      case SHORT, LONG -> requireViolation(other, faulty, what);
      case ONES -> {
        if (ofLimitedRange.contains(message.kind())) {
          requireViolation(other, faulty, what);
        }
      }
      case GONE -> {
        assertThat(faulty.isPresent() || (client && goodbye)).as(what).isTrue();
        assertThat(other.isPresent() || (!client && goodbye)).as(what).isTrue();
        other.ifPresent(e -> assertThat(e).as(what).isInstanceOf(ChannelClosedException.class));
      }
      case LATE -> {
        if (client || !goodbye) {
          assertThat(other).as(what).containsInstanceOf(ChannelClosedException.class);
        }
      }
      case FLIPPED -> {}
    }
  }

  /** The one side tells what was wrong, the other that it was told so, if it still listened. */
  private static void requireViolation(
      Optional<Throwable> other, Optional<Throwable> faulty, String what) {
    assertThat(other).as(what).containsInstanceOf(PeerViolationException.class);
    faulty.ifPresent(
        e ->
            assertThat(e)
                .as(what)
                .isInstanceOfSatisfying(
                    PeerAbortException.class,
                    told -> assertThat(told.reason()).isEqualTo(AbortReason.PROTOCOL_VIOLATION)));
  }

  private Ending run(Fault fault, boolean faultyClient, int at) throws Exception {
    FixedTensor input = plan.plan().input().quantize(Models.images(SEED, plan.plan(), IMAGES));
    Duration timeout = fault == Fault.LATE ? SHORT_TIMEOUT : TIMEOUT;
    CountDownLatch clientEnded = new CountDownLatch(1);
    CountDownLatch serverEnded = new CountDownLatch(1);
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(timeout)) {
      BreakingChannel clientChannel =
          new BreakingChannel(pair.first(), fault, faultyClient ? at : -1, serverEnded);
      BreakingChannel serverChannel =
          new BreakingChannel(pair.second(), fault, faultyClient ? -1 : at, clientEnded);
      Future<Optional<Throwable>> server =
          executor.submit(caught(() -> TwoSessions.serve(serverChannel, plan), serverEnded));
      Future<Optional<Throwable>> client =
          executor.submit(
              caught(
                  () -> {
                    try (ClientSession session =
                        ClientSession.open(
                            clientChannel, new SecureRandom(), ClientLimits.DEFAULT, codec)) {
                      return session.predict(input);
                    }
                  },
                  clientEnded));
      return new Ending(
          new Side(client.get(TIMEOUT_SECONDS, TimeUnit.SECONDS), clientChannel.messages()),
          new Side(server.get(TIMEOUT_SECONDS, TimeUnit.SECONDS), serverChannel.messages()));
    } finally {
      executor.shutdownNow();
    }
  }

  private static Callable<Optional<Throwable>> caught(Callable<?> work, CountDownLatch ended) {
    return () -> {
      try {
        work.call();
        return Optional.empty();
      } catch (RuntimeException | Error e) {
        return Optional.of(e);
      } finally {
        ended.countDown();
      }
    };
  }
}
