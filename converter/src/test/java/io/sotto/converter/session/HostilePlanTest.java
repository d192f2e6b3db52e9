package io.sotto.converter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sotto.channel.AbortReason;
import io.sotto.channel.Channel;
import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.PeerAbortException;
import io.sotto.channel.PeerViolationException;
import io.sotto.converter.combine.CombineSpec;
import io.sotto.converter.maxpool.MaxPoolSpec;
import io.sotto.converter.maxpool.Pooling;
import io.sotto.converter.moves.Move;
import io.sotto.converter.moves.Move.Axis;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.setup.ServerSetups;
import io.sotto.converter.setup.SetupContext;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.MessageKinds;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepSpec;
import io.sotto.natives.NativeMemory;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A server whose plan asks for more than any model needs: the client refuses it, or gives the batch
 * up, in seconds and in little memory, and says why.
 */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class HostilePlanTest {
  /** Generous: what is refused takes milliseconds, what isn't takes hours. */
  private static final Duration BOUND = Duration.ofSeconds(20);

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int BITS = 20;
  private static final int IMAGES = 64;

  /** 2^28 additions of one element to itself, in each of as many steps as there can be. */
  @Test
  void theSameAdditionAgainAndAgain() throws Exception {
    SpecWriter out = new SpecWriter();
    out.number(Plan.DEFAULT_TREE_BITS).number(1);
    out.number(1).number(1).number(BITS).number(0).number(1); // the input: shape, format, limit
    out.number(Plan.MAX_STEPS);
    for (int i = 0; i < Plan.MAX_STEPS - 1; i++) {
      out.number(CombineSpec.KIND.code()).number(1).number(i);
      out.number(1).number(0).number(1).number(BITS).number(0);
      out.number(0).number(1).number(BITS).number(0).number(0).number(1);
      out.number(0).signed(1).number(0).number(0).number(1).number(1 << 28).signed(0).signed(0);
    }
    out.number(RevealSpec.KIND.code()).number(1).number(Plan.MAX_STEPS - 1);
    out.number(BITS).number(0).number(0).number(1).number(1);
    byte[] plan = out.toByteArray();
    assertThat(plan).hasSizeBetween(320_000, PlanCodec.MAX_BYTES);

    assertThat(refused(plan, ClientLimits.DEFAULT, AbortReason.PROTOCOL_VIOLATION))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining(
            "a move adds the same elements to the same places 268435456 times; allowed is once");
  }

  /** Whether sums are of one share in half cells each takes time in proportion to the elements. */
  @Test
  void scatteredSharesInHalfCells() {
    int elements = 1 << 24;
    HalfCellFormat format = new HalfCellFormat(elements, BITS, 0);
    Move last = new Move(0, 1, elements - 1, elements - 1, List.of());
    Move others = new Move(0, 1, 0, 0, List.of(new Axis(elements - 1, 1, 0)));
    long start = System.nanoTime();
    assertThat(new CombineSpec(List.of(format), format, List.of(last, others)).work()).isPositive();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
  }

  @Test
  void sharesInHalfCellsAgainAndAgain() throws Exception {
    int elements = 1 << 24;
    SpecWriter out = new SpecWriter();
    out.number(Plan.DEFAULT_TREE_BITS).number(1);
    out.number(1).number(elements).number(BITS).number(0).number(1); // the input
    out.number(Plan.MAX_STEPS);
    for (int i = 0; i < Plan.MAX_STEPS - 1; i++) {
      out.number(CombineSpec.KIND.code()).number(1).number(i);
      out.number(1).number(i == 0 ? 0 : 1).number(elements).number(BITS).number(0);
      out.number(1).number(elements).number(BITS).number(0).number(0).number(1);
      out.number(0).signed(1).number(0).number(0).number(1).number(elements).signed(1).signed(1);
    }
    out.number(RevealSpec.KIND.code()).number(1).number(Plan.MAX_STEPS - 1);
    out.number(BITS).number(0).number(0).number(1).number(1);

    assertThat(refused(out.toByteArray(), ClientLimits.DEFAULT, AbortReason.PROTOCOL_VIOLATION))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("elements or more; allowed are 268435456 in a plan");
  }

  /** Each move in proportion, but very many of them. */
  @Test
  void moreWorkThanAllowed() throws Exception {
    byte[] plan = PlanCodec.encode(moving(1 << 18, 16));
    ClientLimits roomy = ClientLimits.DEFAULT.withMemory(1L << 40);
    assertThat(refused(plan, roomy, AbortReason.REFUSED))
        .isInstanceOf(PlanTooLargeException.class)
        .hasMessage(
            "an image would take this side 34.4 billion operations by this server's model, "
                + "and 32.0 are allowed; allow more (--work) if that is what you want");
  }

  @Test
  void moreMemoryThanAllowed() throws Exception {
    byte[] places = PlanCodec.encode(pooling(1 << 23, 2));
    assertThat(refused(places, ClientLimits.DEFAULT.withMemory(256L << 20), AbortReason.REFUSED))
        .isInstanceOf(PlanTooLargeException.class)
        .hasMessageStartingWith("an image would take this side")
        .hasMessageEndingWith(
            "by this server's model, and 256 MB are allowed; allow more (--memory) if that is what"
                + " you want");
  }

  /** What is revealed stays on the heap: of one value that is small, a thousand times is not. */
  @Test
  void moreRevealedThanThereIsRoom() throws Exception {
    int elements = 1 << 10;
    long once = SessionMemory.ofClient(revealing(elements, 1), 1);
    ClientLimits limits = ClientLimits.DEFAULT.withMemory(once + (8 << 20));
    byte[] plan = PlanCodec.encode(revealing(elements, 1000));
    assertThat(refused(plan, limits, AbortReason.REFUSED))
        .isInstanceOf(PlanTooLargeException.class)
        .hasMessageContaining("MB are allowed");
    assertThat(SessionMemory.ofClient(revealing(elements, 1000), 1) - once)
        .isEqualTo(999L * elements * (Long.BYTES + Float.BYTES));
  }

  /** Loops whose steps exchange no message with the server. */
  private enum Loop {
    /** Long runs. */
    MOVES,
    /** An element at a time. */
    SCATTERED_MOVES,
    /** Sums of nothing. */
    STEPS,
    /** Windows of one place, which take no comparison. */
    POOLINGS;

    Plan plan() {
      int elements = 1 << 16;
      return switch (this) {
        case MOVES -> moving(elements, 5);
        case SCATTERED_MOVES -> {
          Move scattered = new Move(0, 1, 0, 0, List.of(new Axis(elements / 2, 2, 2)));
          yield combining(elements, scattered, 2);
        }
        case STEPS -> steps(emptySum(elements), Plan.MAX_STEPS - 1);
        case POOLINGS -> steps(pool(elements, 1, 8), 3_500);
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Loop.class)
  void aLoopEndsWhenNothingCameForTooLong(Loop loop) throws Exception {
    Plan plan = loop.plan();
    long before = NativeMemory.liveBytes();
    NativeMemory.resetPeak();
    assertThat(predicting(plan, Duration.ofMillis(300), session -> {}))
        .isInstanceOf(PlanTooLargeException.class)
        .hasMessage(
            "this server's model kept this side computing for 0.300 s without a message; "
                + "predict fewer images at a time, or allow more (--timeout)");
    assertThat(NativeMemory.peakBytes() - before)
        .isLessThan(SessionMemory.ofClient(plan, IMAGES) + (16L << 20));
  }

  @ParameterizedTest
  @EnumSource(Loop.class)
  void aLoopEndsWhenItIsCancelled(Loop loop) throws Exception {
    assertThat(predicting(loop.plan(), TIMEOUT, ClientSession::cancel))
        .isInstanceOf(ChannelClosedException.class)
        .hasMessage("the session was closed here");
  }

  @Test
  void aLoopEndsWhenItIsInterrupted() throws Exception {
    Thread predicting = Thread.currentThread();
    assertThat(predicting(Loop.MOVES.plan(), TIMEOUT, session -> predicting.interrupt()))
        .isInstanceOf(ChannelClosedException.class)
        .hasMessage("interrupted while computing");
    assertThat(Thread.interrupted()).isTrue();
  }

  private static Plan moving(int elements, int steps) {
    return combining(elements, new Move(0, 1, 0, 0, List.of(new Axis(elements, 1, 1))), steps);
  }

  /** In each step as many moves as one takes. */
  private static Plan combining(int elements, Move move, int steps) {
    ExactFormat format = format(elements);
    int moves = (1 << 28) / move.axes().get(0).count();
    return steps(new CombineSpec(List.of(format), format, Collections.nCopies(moves, move)), steps);
  }

  private static CombineSpec emptySum(int elements) {
    return new CombineSpec(List.of(format(elements)), format(elements), List.of());
  }

  private static Plan pooling(int elements, int window) {
    return steps(pool(elements, window, 1), 1);
  }

  private static MaxPoolSpec pool(int elements, int window, int times) {
    Pooling pooling = new Pooling(1, elements, 1, window, 1, window / 2, elements);
    return new MaxPoolSpec(
        format(elements),
        format(elements),
        BITS,
        Collections.nCopies(times, pooling),
        FunctionForm.LOOKUP);
  }

  private static Plan revealing(int elements, int times) {
    List<PlanStep> steps = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      steps.add(new PlanStep(reveal(elements), List.of(0)));
    }
    return new Plan(input(elements), steps);
  }

  /** A step that takes as many elements as it gives, again and again. */
  private static Plan steps(StepSpec step, int times) {
    int elements = step.output().elements();
    List<PlanStep> steps = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      steps.add(new PlanStep(step, List.of(i)));
    }
    steps.add(new PlanStep(reveal(elements), List.of(times)));
    return new Plan(input(elements), steps);
  }

  private static InputSpec input(int elements) {
    return new InputSpec(new TensorShape(List.of(elements)), format(elements), 1);
  }

  private static RevealSpec reveal(int elements) {
    return new RevealSpec(format(elements), new TensorShape(List.of(elements)));
  }

  private static ExactFormat format(int elements) {
    return new ExactFormat(elements, BITS, 0);
  }

  /** What the client says to a plan, and that the server is told. */
  private static Throwable refused(byte[] plan, ClientLimits limits, AbortReason told)
      throws Exception {
    long before = NativeMemory.liveBytes();
    NativeMemory.resetPeak();
    long start = System.nanoTime();
    Throwable failure;
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(TIMEOUT)) {
      pair.second().send(MessageKinds.PLAN, ByteBuffer.wrap(plan));
      failure = catchThrowable(() -> ClientSession.open(pair.first(), new SecureRandom(), limits));
      assertThatThrownBy(() -> pair.second().receive(MessageKinds.PUBLIC_KEY, 1))
          .isInstanceOfSatisfying(
              PeerAbortException.class, e -> assertThat(e.reason()).isEqualTo(told));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
    assertThat(NativeMemory.peakBytes() - before).isLessThan(1 << 20);
    return failure;
  }

  /** Does something while a batch runs, on a thread of its own. */
  @FunctionalInterface
  private interface Meanwhile {
    void act(ClientSession session);
  }

  /** What ends a batch of a plan within all limits but this one, in good time. */
  private static Throwable predicting(Plan plan, Duration silence, Meanwhile meanwhile)
      throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(TIMEOUT)) {
      Future<?> server = other.submit(() -> serve(pair.second(), plan));
      ClientLimits limits = new ClientLimits(Long.MAX_VALUE, Long.MAX_VALUE, silence);
      try (ClientSession session = ClientSession.open(pair.first(), new SecureRandom(), limits)) {
        server.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        Future<?> acting =
            other.submit(
                () -> {
                  pair.second().receive(MessageKinds.BATCH, Integer.BYTES); // now it runs
                  meanwhile.act(session);
                });
        FixedTensor batch = new FixedTensor(plan.input().format(), IMAGES);
        long start = System.nanoTime();
        Throwable failure = catchThrowable(() -> session.predict(batch));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        acting.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        return failure;
      }
    } finally {
      other.shutdownNow();
    }
  }

  /** A server that sets the session up and leaves it. */
  private static void serve(Channel channel, Plan plan) {
    channel.send(MessageKinds.PLAN, ByteBuffer.wrap(PlanCodec.encode(plan)));
    try (Scope scope = new Scope()) {
      ServerSetups.prepare(
          plan.setups(), new SetupContext(channel, new SecureRandom(), plan.trees(), scope));
    }
  }
}
