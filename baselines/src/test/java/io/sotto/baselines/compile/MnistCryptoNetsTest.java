package io.sotto.baselines.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sotto.baselines.CryptoNets;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.data.InputFile;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.LoadedModel;
import io.sotto.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The network with squares, as scheme cryptonets computes it, against TensorFlow's logits. */
@ExtendWith(LeakCheck.class)
class MnistCryptoNetsTest {
  private static final Path SAMPLES = Path.of("..", "samples");

  /** Weights of 20 bits and inputs of 10 leave this much of logits that reach 130. */
  private static final double TOLERANCE = 0.1;

  @Test
  void outputsAreTensorFlows() throws IOException {
    int count = 256;
    float[] images =
        InputFile.readFirst(SAMPLES.resolve(Path.of("data", "t10k-images-idx3-ubyte.gz")), count)
            .values();
    float[] logits =
        InputFile.readFirst(
                SAMPLES.resolve(Path.of("fixtures", "mnist-cryptonets-square-logits.npy")), count)
            .values();
    ServerConfig config =
        ServerConfig.builder()
            .model(SAMPLES.resolve(Path.of("models", "mnist-cryptonets-square", "saved_model")))
            .scheme(new CryptoNets())
            .build();
    try (LoadedModel model = LoadedModel.load(config)) {
      var plan = model.compiled().plan();
      List<FixedTensor> values =
          plan.runTwin(plan.plan().input().quantize(Arrays.copyOf(images, count * 784)));
      FixedTensor outputs = values.get(values.size() - 1);
      for (int i = 0; i < logits.length; i++) {
        assertThat(outputs.real(i % 10, i / 10))
            .as("logit %d of image %d", i % 10, i / 10)
            .isCloseTo(logits[i], within(TOLERANCE));
      }
      assertThat(model.compiled().calibrated()).isTrue();
      assertThat(plan.plan().ciphertexts().get(0).degree()).isEqualTo(1 << 13);
    }
  }
}
