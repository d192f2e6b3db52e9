package io.sotto.client;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.WeightMatrix;
import io.sotto.converter.linear.LinearServer;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.linear.LinearWeights;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.session.ServerSession;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.truncate.TruncateServer;
import io.sotto.converter.truncate.TruncateSpec;
import io.sotto.transport.ListenerOptions;
import io.sotto.transport.ServerIdentity;
import io.sotto.transport.SottoListener;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A real server of a model of one layer: images of 2x2x1, three outputs. */
final class SmallServer implements AutoCloseable {
  static final float[][] WEIGHTS = {{1, 2, 3, 4}, {-1, 0.5f, 0, 0.25f}, {0, 0, 0, -2}};
  static final float[] BIAS = {0.5f, -1, 0};

  /** Outputs have so many fraction bits and are right within one unit of the last. */
  static final int OUTPUT_FRACTION = 8;

  private static final int INPUT_FRACTION = 8;
  private static final int WEIGHT_FRACTION = 8;
  private static final int OUTPUT_BITS = 16;
  private static final int WIDE_BITS =
      OUTPUT_BITS + INPUT_FRACTION + WEIGHT_FRACTION - OUTPUT_FRACTION;

  private final ServerIdentity identity;
  private final LinearMap map;
  private final SottoListener listener;
  private final CountDownLatch stalled = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);

  /**
   * @param stalls whether the server leaves every batch without an answer until it is closed
   */
  SmallServer(Path directory, boolean stalls) {
    this(directory, stalls, ListenerOptions.defaults());
  }

  SmallServer(Path directory, boolean stalls, ListenerOptions options) {
    identity = ServerIdentity.loadOrCreate(directory);
    int[] weights = new int[WEIGHTS.length * WEIGHTS[0].length];
    long[] bias = new long[BIAS.length];
    for (int row = 0; row < WEIGHTS.length; row++) {
      for (int i = 0; i < WEIGHTS[row].length; i++) {
        weights[row * WEIGHTS[row].length + i] =
            Math.round(Math.scalb(WEIGHTS[row][i], WEIGHT_FRACTION));
      }
      bias[row] = Math.round(Math.scalb((double) BIAS[row], INPUT_FRACTION + WEIGHT_FRACTION));
    }
    map = LinearMap.dense(WEIGHTS[0].length, WeightMatrix.of(WEIGHTS.length, weights));
    ServerPlan plan = plan(new LinearWeights(map, bias));
    listener =
        SottoListener.bind(
            "127.0.0.1",
            0,
            identity,
            options,
            (channel, peer) -> {
              try (ServerSession session = ServerSession.open(channel, plan, new SecureRandom())) {
                if (stalls) {
                  stalled.countDown();
                  go.await();
                }
                while (session.serveBatch().isPresent()) {}
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  private static ServerPlan plan(LinearWeights weights) {
    ExactFormat input = new ExactFormat(WEIGHTS[0].length, WIDE_BITS, INPUT_FRACTION);
    HalfCellFormat products =
        new HalfCellFormat(WEIGHTS.length, WIDE_BITS, INPUT_FRACTION + WEIGHT_FRACTION);
    int dropped = products.fraction() - OUTPUT_FRACTION;
    ExactFormat output = new ExactFormat(WEIGHTS.length, WIDE_BITS - dropped, OUTPUT_FRACTION);
    NoiseBound noise = ParameterPlanner.choose(WIDE_BITS, 1 << 12, 1 << 11);
    LinearSpec linear = new LinearSpec(input, products, noise.parameters(), noise.shortBits());
    TruncateSpec truncate = new TruncateSpec(products, dropped, output, FunctionForm.LOOKUP);
    RevealSpec reveal = new RevealSpec(output, new TensorShape(List.of(WEIGHTS.length)));
    return new ServerPlan(
        new Plan(
            new InputSpec(new TensorShape(List.of(2, 2, 1)), input, 1L << INPUT_FRACTION),
            List.of(
                new PlanStep(linear, List.of(0)),
                new PlanStep(truncate, List.of(1)),
                new PlanStep(reveal, List.of(2)))),
        List.of(
            new LinearServer(linear, weights),
            new TruncateServer(truncate),
            new RevealServer(reveal)));
  }

  /** A builder for clients that trust this server. */
  SottoClient.Builder client() {
    return SottoClient.builder("localhost", listener.port())
        .trustFingerprint(identity.fingerprint());
  }

  int port() {
    return listener.port();
  }

  /** Waits until a session stalls. */
  void awaitStalled() throws InterruptedException {
    stalled.await();
  }

  /** What the model gives for an image. */
  static float[] expected(float[] image) {
    float[] outputs = BIAS.clone();
    for (int row = 0; row < outputs.length; row++) {
      for (int i = 0; i < image.length; i++) {
        outputs[row] += WEIGHTS[row][i] * image[i];
      }
    }
    return outputs;
  }

  @Override
  public void close() {
    go.countDown();
    listener.close();
    map.close();
  }
}
