package io.sotto.baselines.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.baselines.Baselines;
import io.sotto.baselines.Mp2ml;
import io.sotto.channel.InMemoryChannel;
import io.sotto.channel.Traffic;
import io.sotto.converter.session.ClientLimits;
import io.sotto.converter.session.ClientSession;
import io.sotto.converter.session.ServerSession;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.data.InputFile;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.LoadedModel;
import io.sotto.server.ServerConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The network with relus by scheme mp2ml, encrypted, against TensorFlow's logits. */
@ExtendWith(LeakCheck.class)
class MnistMp2mlTest {
  private static final Path SAMPLES = Path.of("..", "samples");
  private static final int IMAGES = 256;
  private static final int CLASSES = 10;

  /** Of logits that reach 10: weights of 11 bits, roundings to 10 and 9 bits. */
  private static final double TOLERANCE = 0.1;

  private static int largest(double[] values) {
    int at = 0;
    for (int i = 1; i < values.length; i++) {
      at = values[i] > values[at] ? i : at;
    }
    return at;
  }

  @Test
  void encryptedOutputsAreTensorFlowsAndTrafficIsWhatThePlanDeclares() throws Exception {
    float[] images =
        InputFile.readFirst(SAMPLES.resolve(Path.of("data", "t10k-images-idx3-ubyte.gz")), IMAGES)
            .values();
    float[] logits =
        InputFile.readFirst(
                SAMPLES.resolve(Path.of("fixtures", "mnist-cryptonets-relu-logits.npy")), IMAGES)
            .values();
    ServerConfig config =
        ServerConfig.builder()
            .model(SAMPLES.resolve(Path.of("models", "mnist-cryptonets-relu", "saved_model")))
            .scheme(new Mp2ml())
            .threads(2)
            .build();
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (LoadedModel model = LoadedModel.load(config);
        InMemoryChannel.Pair pair = InMemoryChannel.pair(Duration.ofMinutes(5))) {
      var plan = model.compiled().plan();
      FixedTensor input = plan.plan().input().quantize(Arrays.copyOf(images, IMAGES * 784));
      List<FixedTensor> twin = plan.runTwin(input);
      Future<?> server =
          executor.submit(
              () -> {
                try (ServerSession session =
                    ServerSession.open(pair.second(), plan, new SecureRandom())) {
                  session.serveBatch();
                  session.serveBatch();
                }
                return null;
              });
      ClientSession.Prediction prediction;
      try (ClientSession client =
          ClientSession.open(
              pair.first(),
              new SecureRandom(),
              ClientLimits.DEFAULT.withMemory(1L << 31),
              Baselines.PLANS)) {
        prediction = client.predict(input);
      }
      server.get();
      FixedTensor expected = twin.get(twin.size() - 1);
      int same = 0;
      double farthest = 0;
      for (int image = 0; image < IMAGES; image++) {
        double[] actual = new double[CLASSES];
        double[] wanted = new double[CLASSES];
        for (int i = 0; i < CLASSES; i++) {
          actual[i] = prediction.outputs().real(i, image);
          wanted[i] = logits[image * CLASSES + i];
          farthest = Math.max(farthest, Math.abs(actual[i] - wanted[i]));
          assertThat(prediction.outputs().get(i, image) - expected.get(i, image))
              .as("logit %d of image %d against the twin's", i, image)
              .isBetween(-16L, 16L);
        }
        same += largest(actual) == largest(wanted) ? 1 : 0;
      }
      assertThat(farthest).isLessThan(TOLERANCE);
      assertThat(same).isEqualTo(IMAGES);
      for (int i = 0; i < plan.plan().steps().size(); i++) {
        Traffic declared =
            plan.plan().steps().get(i).spec().clientTraffic(IMAGES, plan.plan().trees());
        assertThat(prediction.steps().get(i + 1).traffic()).as("step %d", i).isEqualTo(declared);
      }
      assertThat(plan.plan().maxImages()).isEqualTo(4096);
    } finally {
      executor.shutdownNow();
    }
  }
}
