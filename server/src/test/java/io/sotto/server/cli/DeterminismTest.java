package io.sotto.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.data.InputFile;
import io.sotto.graph.Graph;
import io.sotto.graph.NumericRanges;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.LoadedModel;
import io.sotto.server.ServerConfig;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.compile.Predictions;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import io.sotto.tfimport.SavedModelReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A prediction is a function of its input: the same image gives the same answer alone and among
 * others, in batches of any size and order, in one session or several; and that is the twin's.
 */
@ExtendWith(LeakCheck.class)
class DeterminismTest {
  private static final Path SAMPLES = Path.of("..", "samples");
  private static final Path ZOO = SAMPLES.resolve(Path.of("models", "zoo"));
  private static final int FULL_BATCH = 2048;

  /** One image of so many is another than the one whose answers are compared. */
  private static final int SHARE_OF_OTHERS = 8;

  @ParameterizedTest
  @ValueSource(strings = {"net-lenet", "net-resnet", "op-gates", "op-clips", "op-label"})
  void oneImageHasOneAnswer(String name) throws Exception {
    Graph graph = SavedModelReader.read(ZOO.resolve(name).resolve("saved_model"));
    List<float[]> samples = new ArrayList<>();
    for (var input : graph.inputs()) {
      String file = graph.inputs().size() == 1 ? "input.npy" : "input-" + input.name() + ".npy";
      samples.add(InputFile.read(ZOO.resolve(name).resolve(file)).values());
    }
    Ranges ranges = Ranges.of(graph, NumericRanges.measure(graph, samples));
    try (CompiledModel model = ModelCompiler.compile(graph, FixedPointSettings.DEFAULTS, ranges)) {
      int largest = model.plan().plan().maxImages();
      requireOneAnswer(model, samples, 1, 7, 300, Math.min(largest, FULL_BATCH), largest);
    }
  }

  @Test
  void oneMnistImageHasOneAnswer8192Times() throws Exception {
    float[] samples =
        InputFile.readFirst(SAMPLES.resolve(Path.of("data", "t10k-images-idx3-ubyte.gz")), 500)
            .values();
    try (LoadedModel model = load("mnist-cryptonets-relu")) {
      requireOneAnswer8192Times(model.compiled(), samples, 2048);
    }
  }

  /** Takes half an hour. */
  @Test
  @Tag("slow")
  void oneCifarImageHasOneAnswer8192Times() throws Exception {
    float[] samples =
        InputFile.read(SAMPLES.resolve(Path.of("models", "cifar10-resnet20", "input.npy")))
            .values();
    try (LoadedModel model = load("cifar10-resnet20")) {
      requireOneAnswer8192Times(model.compiled(), samples, 256);
    }
  }

  private static void requireOneAnswer8192Times(
      CompiledModel model, float[] samples, int largestBatch) throws Exception {
    int[] batches = new int[7 + 8192 / largestBatch * SHARE_OF_OTHERS / (SHARE_OF_OTHERS - 1)];
    Arrays.fill(batches, largestBatch);
    System.arraycopy(new int[] {1, 2, 63, 64, 65, largestBatch - 1}, 0, batches, 0, 6);
    assertThat(requireOneAnswer(model, List.of(samples), batches)).isGreaterThanOrEqualTo(8192);
  }

  private static LoadedModel load(String name) {
    Path model = SAMPLES.resolve(Path.of("models", name, "saved_model"));
    return LoadedModel.load(ServerConfig.builder().model(model).threads(2).build());
  }

  /** Each batch in a session of its own; returns how often the image was predicted. */
  private static int requireOneAnswer(CompiledModel model, List<float[]> samples, int... batches)
      throws Exception {
    List<Integer> sizes = new ArrayList<>();
    model.plan().plan().inputs().forEach(input -> sizes.add(input.format().elements()));
    Random random = new Random(8192);
    Set<List<Long>> answers = new HashSet<>();
    int predicted = 0;
    for (int images : batches) {
      boolean[] same = new boolean[images];
      List<float[]> batch = batch(samples, sizes, images, same, random);
      // Compares with the twin as well.
      List<FixedTensor> outputs = Predictions.byProtocol(model, batch);
      for (int image = 0; image < images; image++) {
        if (same[image]) {
          answers.add(answer(outputs, image));
          predicted++;
        }
      }
    }
    assertThat(answers).hasSize(1);
    return predicted;
  }

  /** Most of them the first sample, at random places, the others any of the samples. */
  private static List<float[]> batch(
      List<float[]> samples, List<Integer> sizes, int images, boolean[] same, Random random) {
    int count = samples.get(0).length / sizes.get(0);
    int[] chosen = new int[images];
    for (int i = 0; i < images; i++) {
      same[i] = i == images / 2 || random.nextInt(SHARE_OF_OTHERS) > 0;
      chosen[i] = same[i] ? 0 : random.nextInt(count);
    }
    List<float[]> batch = new ArrayList<>();
    for (int input = 0; input < samples.size(); input++) {
      int size = sizes.get(input);
      float[] values = new float[images * size];
      for (int i = 0; i < images; i++) {
        System.arraycopy(samples.get(input), chosen[i] * size, values, i * size, size);
      }
      batch.add(values);
    }
    return batch;
  }

  private static List<Long> answer(List<FixedTensor> outputs, int image) {
    List<Long> answer = new ArrayList<>();
    for (FixedTensor output : outputs) {
      for (int element = 0; element < output.format().elements(); element++) {
        answer.add(output.get(element, image));
      }
    }
    return answer;
  }
}
