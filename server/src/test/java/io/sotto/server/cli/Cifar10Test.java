package io.sotto.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.data.InputFile;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.LoadedModel;
import io.sotto.server.ServerConfig;
import io.sotto.server.compile.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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

  private static float[] file(String name, String stem) throws IOException {
    return InputFile.readFirst(MODELS.resolve(name).resolve(stem + ".npy"), IMAGES).values();
  }

  private static LoadedModel load(String name) {
    return LoadedModel.load(
        ServerConfig.builder()
            .model(MODELS.resolve(name).resolve("saved_model"))
            .threads(2)
            .build());
  }

  private static void requireClose(String name, LoadedModel model, FixedTensor outputs)
      throws IOException {
    assertThat(Predictions.error(model.graph(), List.of(file(name, "expected")), List.of(outputs)))
        .isLessThan(TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cifar10-resnet20", "cifar10-vgg", "cifar10-cryptonets-relu"})
  void fixedPointGivesTensorFlowsLogits(String name) throws IOException {
    try (LoadedModel model = load(name)) {
      assertThat(model.compiled().calibrated()).isTrue();
      assertThat(model.compiled().ring().orElseThrow().degree()).isEqualTo(2048);
      requireClose(
          name, model, Predictions.byTwin(model.compiled(), List.of(file(name, "input"))).get(0));
    }
  }

  /** Its SavedModel isn't in the repository: {@code make.py} beside it makes it. Minutes. */
  @Test
  @Tag("slow")
  void vgg16OfTheScriptGivesTensorFlowsLogits() throws IOException {
    String name = "cifar10-vgg16";
    assumeTrue(Files.isDirectory(MODELS.resolve(name).resolve("saved_model")), "make it first");
    try (LoadedModel model = load(name)) {
      requireClose(
          name, model, Predictions.byTwin(model.compiled(), List.of(file(name, "input"))).get(0));
    }
  }

  /**
   * Both parties give what the twin does, to the last bit, on the test images of {@code
   * cifar10_encrypted.py export}, whose folder is given as {@code -Dsotto.cifar=DIR}. Minutes.
   */
  @ParameterizedTest
  @ValueSource(strings = {"cifar10-resnet20", "cifar10-vgg"})
  @Tag("slow")
  void testImagesAreTheTwinsToTheLastBit(String name) throws Exception {
    String folder = System.getProperty("sotto.cifar");
    assumeTrue(folder != null, "-Dsotto.cifar=DIR was not given");
    float[] images = InputFile.read(Path.of(folder, "test.npy")).values();
    int batch = images.length / 8;
    try (LoadedModel model = load(name)) {
      for (int from = 0; from < images.length; from += batch) {
        float[] part = Arrays.copyOfRange(images, from, from + batch);
        // Compares with the twin, all of which is in the heap.
        assertThat(Predictions.byProtocol(model.compiled(), List.of(part)).get(0).images())
            .isEqualTo(125);
      }
    }
  }
}
