package io.sotto.converter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.channel.AbortReason;
import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.ChannelException;
import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerAbortException;
import io.sotto.channel.PeerViolationException;
import io.sotto.converter.Models;
import io.sotto.converter.combine.CombineServer;
import io.sotto.converter.combine.CombineSpec;
import io.sotto.converter.combine.Move;
import io.sotto.converter.maxpool.MaxPoolServer;
import io.sotto.converter.maxpool.MaxPoolSpec;
import io.sotto.converter.maxpool.Pooling;
import io.sotto.converter.multiply.MultiplyServer;
import io.sotto.converter.multiply.MultiplySpec;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.session.BreakingChannel.Fault;
import io.sotto.converter.session.BreakingChannel.Message;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.MessageKinds;
import io.sotto.natives.testing.LeakCheck;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Something goes wrong with a message of a session, on either side: both sides end with one error
 * that callers are told to expect, and nothing stays behind.
 */
@ExtendWith(LeakCheck.class)
class FaultTest {
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
          MessageKinds.SLOT_KEYS,
          MessageKinds.SLOT_RESULTS,
          new MessageKind(16, "base OT point"),
          new MessageKind(17, "base OT choices"));

  /** What is run. */
  private enum Network {
    LINEAR_AND_RELU,
    MAXPOOL_COMBINE_MULTIPLY,
    SLOTS;

    ServerPlan plan() {
      return switch (this) {
        case LINEAR_AND_RELU -> Models.dense(SEED, false, 4, 3, 2);
        case MAXPOOL_COMBINE_MULTIPLY -> steps(1);
        case SLOTS -> SlotsSessionTest.network();
      };
    }
  }

  /** Poolings of so many pairs of pairs, a combination, products. */
  static ServerPlan steps(int times) {
    ExactFormat all = new ExactFormat(4 * times, 24, 4);
    ExactFormat half = new ExactFormat(2 * times, 24, 4);
    ExactFormat product = new ExactFormat(2 * times, 24, 8);
    int pairs = half.elements();
    long[] constants = new long[pairs];
    constants[0] = 5;
    constants[1] = -7;
    Move reversed = new Move(0, 3, 0, pairs - 1, List.of(new Move.Axis(pairs, 1, -1)));
    return Models.chain(
        new InputSpec(new TensorShape(List.of(all.elements())), all, 1 << 4),
        List.of(
            new MaxPoolServer(
                new MaxPoolSpec(
                    all,
                    half,
                    16,
                    List.of(new Pooling(pairs, 2, 1, 2, 2, 0, 1)),
                    FunctionForm.LOOKUP)),
            new CombineServer(new CombineSpec(List.of(half), half, List.of(reversed)), constants),
            new MultiplyServer(new MultiplySpec(List.of(half), product)),
            new RevealServer(new RevealSpec(product, new TensorShape(List.of(pairs))))));
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

  @ParameterizedTest
  @EnumSource(Network.class)
  void withoutAFaultBothEndInPeace(Network network) throws Exception {
    try (ServerPlan plan = network.plan()) {
      Ending ending = run(plan, Fault.GONE, true, -1);
      assertThat(ending.client().error()).isEmpty();
      assertThat(ending.server().error()).isEmpty();
    }
  }

  /** Each message in turn. */
  @ParameterizedTest
  @CsvSource({
    "GONE, true", "GONE, false",
    "FLIPPED, true", "FLIPPED, false"
  })
  void anyMessageMayBreak(Fault fault, boolean client) throws Exception {
    try (ServerPlan plan = Network.LINEAR_AND_RELU.plan()) {
      List<Message> messages = messages(plan, client);
      for (int at = 0; at < messages.size(); at++) {
        if (fault.befalls(messages.get(at))) {
          check(run(plan, fault, client, at), fault, client, at, messages);
        }
      }
    }
  }

  /** One message of each kind, in each direction: what {@link #anyMessageMayBreak} doesn't do. */
  @ParameterizedTest
  @EnumSource(Network.class)
  void anyFaultMayHappen(Network network) throws Exception {
    boolean basic = network == Network.LINEAR_AND_RELU;
    try (ServerPlan plan = network.plan()) {
      for (boolean client : new boolean[] {true, false}) {
        List<Message> messages = messages(plan, client);
        int afterSetup = basic ? 0 : setupMessages(messages);
        Set<Integer> chosen = new LinkedHashSet<>();
        for (int at = 0; at < messages.size(); at++) {
          boolean ofSetup =
              at < afterSetup && !messages.get(at).kind().equals(MessageKinds.SLOT_KEYS);
          if (!ofSetup && messages.lastIndexOf(messages.get(at)) == at) {
            chosen.add(at);
          }
        }
        Set<Fault> faults = EnumSet.allOf(Fault.class);
        if (basic) {
          faults.removeAll(Set.of(Fault.GONE, Fault.FLIPPED));
        }
        for (Fault fault : faults) {
          for (int at : chosen) {
            if (fault.befalls(messages.get(at))) {
              check(run(plan, fault, client, at), fault, client, at, messages);
            }
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

  private static List<Message> messages(ServerPlan plan, boolean client) throws Exception {
    return run(plan, Fault.GONE, client, -1).faulty(client).messages();
  }

  private static void check(
      Ending ending, Fault fault, boolean client, int at, List<Message> messages) {
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
        if (OF_LIMITED_RANGE.contains(message.kind())) {
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

  private static Ending run(ServerPlan plan, Fault fault, boolean faultyClient, int at)
      throws Exception {
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
                        ClientSession.open(clientChannel, new SecureRandom(), TwoSessions.MEMORY)) {
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
