package io.sotto.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.converter.shares.FixedTensor;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.compile.CompiledModel;
import io.sotto.server.compile.FixedPointSettings;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.compile.Predictions;
import io.sotto.server.compile.Ranges;
import io.sotto.tfimport.SavedModelReader;
import io.sotto.tfimport.graph.Graph;
import io.sotto.tfimport.graph.NumericRanges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
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
  private static final double TOLERANCE = 0.01;

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
      tensors.add(TensorFile.read(ZOO.resolve(model).resolve(file), Integer.MAX_VALUE).values());
    }
    return tensors;
  }

  @ParameterizedTest
  @MethodSource("models")
  void theEncryptedModelGivesWhatTensorFlowGave(String name) throws Exception {
    Graph graph = SavedModelReader.read(ZOO.resolve(name).resolve("saved_model"));
    List<float[]> inputs =
        files(name, "input", graph.inputs().stream().map(input -> input.name()).toList());
    List<float[]> expected =
        files(name, "expected", graph.outputs().stream().map(Graph.Output::name).toList());
    Ranges ranges = Ranges.of(graph, NumericRanges.measure(graph, inputs));
    try (CompiledModel model = ModelCompiler.compile(graph, FixedPointSettings.DEFAULTS, ranges)) {
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
      ROWS.put(name, String.format(Locale.ROOT, "| %s | %.4f %% | %s |", name, 100 * error, steps));
      assertThat(error).isLessThan(TOLERANCE);
    }
  }

  @AfterAll
  static void writeTable() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("Largest difference from TensorFlow, of the largest output");
    lines.add("");
    lines.add("| model | encrypted | steps |");
    lines.add("|---|---|---|");
    lines.addAll(ROWS.values());
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target", "zoo.md"), lines);
  }
}
