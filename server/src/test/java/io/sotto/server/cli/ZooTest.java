package io.sotto.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.data.InputFile;
import io.sotto.graph.ArgMax;
import io.sotto.graph.Graph;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.calibrate.Calibration;
import io.sotto.server.calibrate.Calibration.Asked;
import io.sotto.server.calibrate.Progress;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.compile.Predictions;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.tfimport.SavedModelReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every model of the zoo, encrypted, gives what TensorFlow gave. The largest errors are written to
 * {@code target/zoo.md}.
 */
@ExtendWith(LeakCheck.class)
class ZooTest {
  private static final Path ZOO = Path.of("..", "samples", "models", "zoo");
  private static final Map<String, String> ROWS = new TreeMap<>();

  /** Of the largest output. */
  private static final double TOLERANCE = Asked.DEFAULTS.tolerance();

  private static final Asked ASKED = Asked.DEFAULTS.quick(64, 12);

  /** By which the importer's float model may differ from TensorFlow. */
  private static final double FLOAT_ERROR = 2e-5;

  static List<String> models() {
    try (Stream<Path> models = Files.list(ZOO)) {
      return models
          .filter(Files::isDirectory)
          .map(model -> model.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<float[]> files(String model, String stem, List<String> names)
      throws IOException {
    List<float[]> tensors = new ArrayList<>();
    for (String name : names) {
      String file = names.size() == 1 ? stem + ".npy" : stem + "-" + name + ".npy";
      tensors.add(InputFile.read(ZOO.resolve(model).resolve(file)).values());
    }
    return tensors;
  }

  private static List<float[]> inputs(String model, Graph graph) throws IOException {
    return files(model, "input", graph.inputs().stream().map(input -> input.name()).toList());
  }

  @ParameterizedTest
  @MethodSource("models")
  void theEncryptedModelGivesWhatTensorFlowGave(String name) throws Exception {
    Graph graph = SavedModelReader.read(ZOO.resolve(name).resolve("saved_model"));
    List<float[]> inputs = inputs(name, graph);
    List<float[]> expected =
        files(name, "expected", graph.outputs().stream().map(Graph.Output::name).toList());
    Calibration.Result found =
        Calibration.run(graph, FixedPointSettings.DEFAULTS, inputs, ASKED, Progress.NONE);
    assertThat(found.refused()).isNull();
    try (CompiledModel model =
        ModelCompiler.compile(graph, FixedPointSettings.DEFAULTS, found.ranges())) {
      List<FixedTensor> encrypted = Predictions.byProtocol(model, inputs);
      double error = Predictions.error(graph, expected, encrypted);
      String steps =
          model.plan().plan().steps().stream()
              .collect(
                  Collectors.groupingBy(
                      step -> step.spec().kind().name(), TreeMap::new, Collectors.counting()))
              .entrySet()
              .stream()
              .map(entry -> entry.getValue() + " " + entry.getKey())
              .collect(Collectors.joining(", "));
      ROWS.put(
          name,
          String.format(
              Locale.ROOT,
              "| %s | %.4f %% | %.0f, %.0f | %s |",
              name,
              100 * error,
              found.bytes(),
              found.before(),
              steps));
      assertThat(error).isLessThan(TOLERANCE + FLOAT_ERROR);
      assertThat(found.isReached()).isTrue();
      assertThat(found.wraps()).isZero();
      if (graph.nodes().stream().noneMatch(ArgMax.class::isInstance)) {
        assertThat(error).isCloseTo(found.error(), within(FLOAT_ERROR));
      }
    }
  }

  /** Takes minutes. */
  @Tag("slow")
  @ParameterizedTest
  @MethodSource("models")
  void calibratedOnFewSamplesOrManyNoValueWraps(String name) throws IOException {
    Graph graph = SavedModelReader.read(ZOO.resolve(name).resolve("saved_model"));
    List<float[]> files = inputs(name, graph);
    for (int samples : new int[] {4, 16, 256}) {
      List<float[]> inputs = new ArrayList<>();
      double limit = 0;
      for (int i = 0; i < files.size(); i++) {
        double largest = 0;
        double least = 0;
        for (float value : files.get(i)) {
          largest = Math.max(largest, Math.abs(value));
          least = Math.min(least, value);
        }
        limit = Math.max(limit, Math.ceil(largest));
        float[] random = new float[samples * graph.inputs().get(i).shape().elements()];
        SplittableRandom numbers = new SplittableRandom(samples);
        for (int j = 0; j < random.length; j++) {
          random[j] = (float) (numbers.nextDouble(least < 0 ? -1 : 0, 1) * Math.ceil(largest));
        }
        inputs.add(random);
      }
      Calibration.Result found =
          Calibration.run(
              graph,
              FixedPointSettings.DEFAULTS.withInputLimit(limit),
              inputs,
              Asked.DEFAULTS.quick(10_000, 12),
              Progress.NONE);
      assertThat(found.refused()).as("%d samples", samples).isNull();
      assertThat(found.tried()).isEqualTo(10_000);
      assertThat(found.wraps()).as("%d samples", samples).isZero();
    }
  }

  @AfterAll
  static void writeTable() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("Largest difference from TensorFlow, of the largest output");
    lines.add("");
    lines.add("| model | encrypted | bytes an image, with default formats | steps |");
    lines.add("|---|---|---|---|");
    lines.addAll(ROWS.values());
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target", "zoo.md"), lines);
  }
}
