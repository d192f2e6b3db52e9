package io.sotto.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.channel.Traffic;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.data.IdxFile;
import io.sotto.data.InputFile;
import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
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
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class MnistTest {
  private static final Path SAMPLES = Path.of("..", "samples");

  private static int largest(FixedTensor outputs, int image) {
    int best = 0;
    for (int i = 1; i < outputs.format().elements(); i++) {
      best = outputs.get(i, image) > outputs.get(best, image) ? i : best;
    }
    return best;
  }

  private static int largest(float[] outputs, int image) {
    int best = 0;
    for (int i = 1; i < 10; i++) {
      best = outputs[image * 10 + i] > outputs[image * 10 + best] ? i : best;
    }
    return best;
  }

  @Test
  void fixedPointGivesTheFloatModelsClass() throws IOException {
    Graph graph =
        SavedModelReader.read(
            SAMPLES.resolve(Path.of("models", "mnist-cryptonets-relu", "saved_model")));
    int count = 2000;
    float[] images =
        InputFile.readFirst(SAMPLES.resolve(Path.of("data", "t10k-images-idx3-ubyte.gz")), count)
            .values();
    // The first half calibrates, both are compared: ranges must hold for images not seen.
    float[] samples = Arrays.copyOf(images, images.length / 2);
    float[] floats = new GraphInterpreter(graph).run(images);
    try (CompiledModel model =
        ModelCompiler.compile(
            graph,
            FixedPointSettings.DEFAULTS,
            Ranges.of(graph, NumericRanges.measure(graph, samples)))) {
      List<FixedTensor> values = model.plan().runTwin(model.plan().plan().input().quantize(images));
      FixedTensor outputs = values.get(values.size() - 1);

      int agreeing = 0;
      for (int image = 0; image < count; image++) {
        agreeing += largest(outputs, image) == largest(floats, image) ? 1 : 0;
      }

      assertThat(agreeing).isGreaterThanOrEqualTo(count * 998 / 1000);
      assertThat(model.ring().orElseThrow().degree()).isEqualTo(2048);
      assertThat(model.ring().orElseThrow().modulusBits()).isLessThanOrEqualTo(52);
    }
  }

  @Test
  void theSampleAsCalibratedIsAsGoodAsTheFloatModel() throws IOException {
    Path folder = SAMPLES.resolve(Path.of("models", "mnist-cryptonets-relu", "saved_model"));
    float[] images = InputFile.read(data("t10k-images-idx3-ubyte.gz")).values();
    int[] labels = IdxFile.readLabels(data("t10k-labels-idx1-ubyte.gz"));
    try (LoadedModel model = LoadedModel.load(ServerConfig.builder().model(folder).build())) {
      float[] floats = new GraphInterpreter(model.graph()).run(images);
      FixedTensor outputs = Predictions.byTwin(model.compiled(), List.of(images)).get(0);
      int right = 0;
      int agreeing = 0;
      for (int image = 0; image < labels.length; image++) {
        int found = largest(outputs, image);
        right += found == labels[image] ? 1 : 0;
        agreeing += found == largest(floats, image) ? 1 : 0;
      }

      assertThat(labels).hasSize(10_000);
      assertThat(right).isGreaterThanOrEqualTo(9920);
      assertThat(agreeing).isGreaterThanOrEqualTo(9990);
      assertThat(bytes(model.compiled().plan().plan(), 2048)).isLessThan(150_000);
    }
  }

  private static Path data(String name) {
    return SAMPLES.resolve(Path.of("data", name));
  }

  /** An image's, both ways. */
  private static double bytes(Plan plan, int images) {
    double bytes = 0;
    for (int step = 0; step < plan.steps().size(); step++) {
      Traffic traffic = plan.clientTraffic(step, images);
      bytes += (double) traffic.bytesSent() + traffic.bytesReceived();
    }
    return bytes / images;
  }
}
