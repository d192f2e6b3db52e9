package io.sotto.server.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.Traffic;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.session.ClientSession;
import io.sotto.converter.session.ServerSession;
import io.sotto.converter.session.StepReport;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.step.StepSpec;
import io.sotto.graph.ArgMax;
import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.Softmax;
import io.sotto.server.model.CompiledModel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Predictions of a compiled model, in the clear and by both parties, and how good they are. */
public final class Predictions {
  private static final long MEMORY = 4L << 30;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  /** Of the largest output. */
  static final double TOLERANCE = 0.01;

  private Predictions() {}

  private static List<FixedTensor> quantized(Plan plan, List<float[]> inputs) {
    List<FixedTensor> tensors = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      tensors.add(plan.inputs().get(i).quantize(inputs.get(i)));
    }
    return tensors;
  }

  /** What the twins of all steps give. */
  public static List<FixedTensor> byTwin(CompiledModel model, List<float[]> inputs) {
    Plan plan = model.plan().plan();
    List<FixedTensor> values = model.plan().runTwin(quantized(plan, inputs));
    List<FixedTensor> outputs = new ArrayList<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i).spec() instanceof RevealSpec) {
        outputs.add(values.get(plan.inputs().size() + i));
      }
    }
    return outputs;
  }

  /** What a client and a server give, whose traffic must be what the plan declares. */
  public static List<FixedTensor> byProtocol(CompiledModel model, List<float[]> inputs)
      throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair(TIMEOUT)) {
      Future<Void> server =
          executor.submit(
              () -> {
                try (ServerSession session =
                    ServerSession.open(pair.second(), model.plan(), new SecureRandom())) {
                  while (session.serveBatch().isPresent()) {
                    // The next one.
                  }
                }
                return null;
              });
      ClientSession.Prediction prediction;
      try (ClientSession session = ClientSession.open(pair.first(), new SecureRandom(), MEMORY)) {
        List<FixedTensor> batch = quantized(session.plan(), inputs);
        prediction = session.predict(batch);
        List<StepReport> rows = prediction.steps();
        for (int i = 0; i < session.plan().steps().size(); i++) {
          StepSpec spec = session.plan().steps().get(i).spec();
          Traffic declared = spec.clientTraffic(batch.get(0).images(), session.plan().trees());
          Traffic measured = rows.get(i + 1).traffic();
          if (spec instanceof RevealSpec) {
            // It may take the round that a step which ends by sending leaves open.
            measured = new Traffic(measured.bytesSent(), measured.bytesReceived(), 0);
          }
          assertThat(measured).as("step %d, %s", i, spec.kind().name()).isEqualTo(declared);
        }
      }
      server.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      requireTheTwins(byTwin(model, inputs), prediction.results());
      return prediction.results();
    } finally {
      executor.shutdownNow();
    }
  }

  /** To the last bit. */
  private static void requireTheTwins(List<FixedTensor> twin, List<FixedTensor> encrypted) {
    for (int i = 0; i < twin.size(); i++) {
      assertThat(encrypted.get(i).values()).as("output %d", i).isEqualTo(twin.get(i).values());
    }
  }

  /** The largest difference from expected outputs, relative to the largest of these. */
  public static double error(Graph graph, List<float[]> expected, List<FixedTensor> outputs) {
    return error(graph, expected, outputs, 1e-9);
  }

  /** The same, relative to a magnitude at least. */
  static double error(
      Graph graph, List<float[]> expected, List<FixedTensor> outputs, double atLeast) {
    double worst = 0;
    for (int o = 0; o < outputs.size(); o++) {
      var node = graph.node(graph.outputs().get(o).node());
      FixedTensor output = outputs.get(o);
      int size = node.shape().elements();
      assertThat(output.format().elements()).isEqualTo(size);
      double largest = 0;
      double difference = 0;
      for (int image = 0; image < output.images(); image++) {
        double[] row = new double[size];
        for (int i = 0; i < size; i++) {
          row[i] = output.real(i, image);
        }
        if (node instanceof Softmax) {
          row = softmax(row, node.shape().lastDim());
        }
        for (int i = 0; i < size; i++) {
          double value = expected.get(o)[image * size + i];
          largest = Math.max(largest, Math.abs(value));
          difference = Math.max(difference, Math.abs(row[i] - value));
        }
      }
      if (node instanceof ArgMax) {
        assertThat(difference).as("places").isZero();
      }
      worst = Math.max(worst, difference / Math.max(largest, atLeast));
    }
    return worst;
  }

  static void requireClose(Graph graph, List<float[]> inputs, List<FixedTensor> outputs) {
    assertThat(error(graph, new GraphInterpreter(graph).run(inputs), outputs))
        .isLessThan(TOLERANCE);
  }

  /** Of each row of so many numbers. */
  public static double[] softmax(double[] x, int length) {
    double[] result = new double[x.length];
    for (int row = 0; row < x.length; row += length) {
      double most = Double.NEGATIVE_INFINITY;
      for (int i = row; i < row + length; i++) {
        most = Math.max(most, x[i]);
      }
      double sum = 0;
      for (int i = row; i < row + length; i++) {
        result[i] = Math.exp(x[i] - most);
        sum += result[i];
      }
      for (int i = row; i < row + length; i++) {
        result[i] /= sum;
      }
    }
    return result;
  }
}
