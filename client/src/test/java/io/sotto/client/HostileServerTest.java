package io.sotto.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sotto.channel.ChannelException;
import io.sotto.converter.combine.CombineSpec;
import io.sotto.converter.moves.Move;
import io.sotto.converter.moves.Move.Axis;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.session.PlanTooLargeException;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.MessageKinds;
import io.sotto.data.Tensor;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.transport.ListenerOptions;
import io.sotto.transport.NettyChannel;
import io.sotto.transport.ServerIdentity;
import io.sotto.transport.SottoListener;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A server whose plan keeps clients computing: their own limits end that. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
final class HostileServerTest {
  /** Generous: without an end it would be many minutes. */
  private static final Duration BOUND = Duration.ofSeconds(30);

  private static final int ELEMENTS = 1 << 15;
  private static final int IMAGES = 256;
  private static final int STEPS = 3;

  private final ServerIdentity identity;
  private final SottoListener listener;

  HostileServerTest(@TempDir Path folder) {
    identity = ServerIdentity.loadOrCreate(folder);
    listener =
        SottoListener.bind(
            "127.0.0.1",
            0,
            identity,
            ListenerOptions.defaults(),
            (channel, peer) -> serve(channel));
  }

  @AfterEach
  void close() {
    listener.close();
  }

  /** Sums in proportion to their tensors, again and again. */
  private static Plan plan() {
    ExactFormat format = new ExactFormat(ELEMENTS, 20, 0);
    Move move = new Move(0, 1, 0, 0, List.of(new Axis(ELEMENTS, 1, 1)));
    CombineSpec sum =
        new CombineSpec(List.of(format), format, Collections.nCopies((1 << 28) / ELEMENTS, move));
    List<PlanStep> steps = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      steps.add(new PlanStep(sum, List.of(i)));
    }
    TensorShape shape = new TensorShape(List.of(ELEMENTS));
    steps.add(new PlanStep(new RevealSpec(format, shape), List.of(STEPS)));
    return new Plan(new InputSpec(shape, format, 1), steps);
  }

  private void serve(NettyChannel channel) {
    channel.send(MessageKinds.PLAN, ByteBuffer.wrap(PlanCodec.encode(plan())));
    GarblerCorrelations.open(channel, new SecureRandom()).close();
    channel.receive(MessageKinds.BATCH, Integer.BYTES);
  }

  private SottoClient.Builder client() {
    return SottoClient.builder("localhost", listener.port())
        .trustFingerprint(identity.fingerprint());
  }

  private static Tensor images() {
    return new Tensor(List.of(IMAGES, ELEMENTS), new float[IMAGES * ELEMENTS]);
  }

  @Test
  void thePlanIsRefusedByASmallerLimit() {
    assertThatThrownBy(client().workLimit(1_000_000_000)::connect)
        .isInstanceOf(PlanTooLargeException.class)
        .hasMessageContaining("and 1.00 are allowed; allow more (--work)");
  }

  @Test
  void theTimeoutEndsTheLoop() {
    try (SottoClient client = client().receiveTimeout(Duration.ofSeconds(2)).connect()) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> client.predict(images()))
          .isInstanceOf(PlanTooLargeException.class)
          .hasMessageContaining("computing for 2.00 s without a message")
          .hasMessageContaining("--timeout");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
      assertThatThrownBy(() -> client.predict(images())).isInstanceOf(SessionEndedException.class);
    }
  }

  @Test
  void closingTheClientEndsTheLoop() throws InterruptedException {
    SottoClient client = client().connect();
    CompletableFuture<Prediction> prediction = client.predictAsync(images());
    Thread.sleep(200); // by now it computes; if it doesn't yet, it must end all the same
    long start = System.nanoTime();
    client.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
    assertThat(catchThrowable(prediction::join)).hasCauseInstanceOf(ChannelException.class);
  }

  @Test
  void outputsWithoutRoomAreRefusedBeforeTheBatch() {
    assertThatThrownBy(() -> Batches.requireRoom(plan(), 2000, 100L << 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the outputs of 2000 images would take 250 MB, and 100 MB are allowed; "
                + "give fewer at a time");
    Batches.requireRoom(plan(), 800, 100L << 20);
  }
}
