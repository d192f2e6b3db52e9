package io.sotto.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.LoadedModel;
import io.sotto.server.ServerConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The CIFAR-10 networks as calibrated, through their twins, against TensorFlow's logits. */
@ExtendWith(LeakCheck.class)
class Cifar10Test {
  private static final Path MODELS = Path.of("..", "samples", "models");
  private static final int IMAGES = 4;

  /** Of the largest logit. */
  private static final double TOLERANCE = 0.02;

  @ParameterizedTest
  @ValueSource(strings = {"cifar10-resnet20", "cifar10-vgg"})
  void fixedPointGivesTensorFlowsLogits(String name) {
    Path directory = MODELS.resolve(name);
    float[] images = TensorFile.read(directory.resolve("input.npy"), IMAGES).values();
    float[] logits = TensorFile.read(directory.resolve("expected.npy"), IMAGES).values();
    ServerConfig config = ServerConfig.builder().model(directory.resolve("saved_model")).build();
    try (LoadedModel model = LoadedModel.load(config)) {
      assertThat(model.compiled().calibrated()).isTrue();
      assertThat(model.compiled().ring().orElseThrow().degree()).isEqualTo(2048);
      var plan = model.compiled().plan();
      List<FixedTensor> values = plan.runTwin(plan.plan().input().quantize(images));
      FixedTensor outputs = values.get(values.size() - 1);
      double largest = 0;
      for (float logit : logits) {
        largest = Math.max(largest, Math.abs(logit));
      }
      assertThat(logits).hasSize(IMAGES * 10);
      for (int i = 0; i < logits.length; i++) {
        assertThat(outputs.real(i % 10, i / 10))
            .as("logit %d of image %d", i % 10, i / 10)
            .isCloseTo(logits[i], within(TOLERANCE * largest));
      }
    }
  }
}
