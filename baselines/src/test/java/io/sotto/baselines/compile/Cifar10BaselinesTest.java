package io.sotto.baselines.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.baselines.CryptoNets;
import io.sotto.baselines.Mp2ml;
import io.sotto.baselines.cryptonets.SlotsSpec;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.data.InputFile;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.LoadedModel;
import io.sotto.server.Scheme;
import io.sotto.server.ServerConfig;
import io.sotto.server.compile.Predictions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The CIFAR-10 networks by the baselines, through their twins, against TensorFlow's logits. */
@ExtendWith(LeakCheck.class)
class Cifar10BaselinesTest {
  private static final Path MODELS = Path.of("..", "samples", "models");
  private static final int IMAGES = 4;

  /** Of the largest logit. */
  private static final double TOLERANCE = 0.02;

  private static float[] file(String name, String stem) throws IOException {
    return InputFile.readFirst(MODELS.resolve(name).resolve(stem + ".npy"), IMAGES).values();
  }

  private static LoadedModel load(String name, Scheme scheme) {
    return LoadedModel.load(
        ServerConfig.builder()
            .model(MODELS.resolve(name).resolve("saved_model"))
            .scheme(scheme)
            .threads(2)
            .build());
  }

  private static void requireClose(String name, LoadedModel model, FixedTensor outputs)
      throws IOException {
    assertThat(Predictions.error(model.graph(), List.of(file(name, "expected")), List.of(outputs)))
        .isLessThan(TOLERANCE);
  }

  @Test
  void squaresTakeFivePrimesAndGiveTensorFlowsLogits() throws IOException {
    String name = "cifar10-cryptonets-square";
    try (LoadedModel model = load(name, new CryptoNets())) {
      SlotsSpec spec = (SlotsSpec) model.compiled().plan().plan().steps().get(0).spec();
      assertThat(spec.parameters().logDegree()).isEqualTo(13);
      assertThat(spec.parameters().topLevel()).isEqualTo(4);
      requireClose(
          name, model, Predictions.byTwin(model.compiled(), List.of(file(name, "input"))).get(0));
    }
  }

  @Test
  void relusOnSlotsGiveTensorFlowsLogits() throws IOException {
    String name = "cifar10-cryptonets-relu";
    try (LoadedModel model = load(name, new Mp2ml())) {
      requireClose(
          name, model, Predictions.byTwin(model.compiled(), List.of(file(name, "input"))).get(0));
    }
  }

  /** Takes some gigabytes and a minute, however few the images are. */
  @Test
  @Tag("slow")
  void encryptedSquaresGiveTensorFlowsLogits() throws Exception {
    String name = "cifar10-cryptonets-square";
    try (LoadedModel model = load(name, new CryptoNets())) {
      requireClose(
          name,
          model,
          Predictions.byProtocol(model.compiled(), List.of(file(name, "input"))).get(0));
    }
  }
}
