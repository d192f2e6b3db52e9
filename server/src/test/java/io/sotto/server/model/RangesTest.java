package io.sotto.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.graph.Graph;
import io.sotto.graph.NumericRanges;
import io.sotto.server.compile.Chain;
import io.sotto.server.model.Ranges.Accuracy;
import io.sotto.server.model.Ranges.InputBits;
import io.sotto.server.model.Ranges.LayerBits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangesTest {
  private final Path folder;

  private final Graph graph = new Chain(1, 3).dense(2).bias().relu().build();

  RangesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Ranges measured() {
    return Ranges.of(graph, NumericRanges.measure(graph, Chain.images(graph, 10, 1)));
  }

  @Test
  void comeBackAsWritten() throws IOException {
    Path file = folder.resolve("m.ranges.json");
    measured().write(file);

    assertThat(Ranges.read(file, graph)).isEqualTo(measured());
    assertThat(measured().images()).isEqualTo(10);
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  private static Ranges assumed(Ranges ranges, Map<String, List<Double>> assumed) {
    return new Ranges(
        ranges.digest(),
        ranges.images(),
        ranges.nodes(),
        assumed,
        ranges.inputs(),
        ranges.layers(),
        ranges.accuracy());
  }

  @Test
  void comeBackWithAllThatWasFound() throws IOException {
    Path file = folder.resolve("m.ranges.json");
    Ranges found =
        assumed(measured(), Map.of("x", List.of(-2.0, 2.5)))
            .withInputs(Map.of("x", new InputBits(3, 9)))
            .withLayers(Map.of("dense1", new LayerBits(8, 11)))
            .withAccuracy(new Accuracy(0.005, 0.004, 0.999, 1, 10));
    found.write(file);

    assertThat(Ranges.read(file, graph)).isEqualTo(found);
  }

  @Test
  void ofAnEarlierVersionAreRead() throws IOException {
    Path file = folder.resolve("m.ranges.json");
    measured().write(file);
    String older =
        Files.readString(file)
            .replace("sotto-ranges-2", "sotto-ranges-1")
            .replaceAll(",\\s*\"(held|inputs|layers)\" : \\{ *\\}", "");
    assertThat(older).doesNotContain("held");
    Files.writeString(file, older);

    assertThat(Ranges.read(file, graph)).isEqualTo(measured());
  }

  @Test
  void areRefusedForAModelWithOtherWeights() throws IOException {
    Path file = folder.resolve("m.ranges.json");
    measured().write(file);
    Graph retrained = new Chain(2, 3).dense(2).bias().relu().build();

    assertThatThrownBy(() -> Ranges.read(file, retrained))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("another version of the model")
        .hasMessageContaining("sotto calibrate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{\"format\":\"sotto-ranges-9\"}",
        "{\"format\":\"sotto-ranges-1\"}",
        "{\"format\":\"sotto-ranges-1\",\"nodes\":{\"x\":[1]}}",
        "{\"format\":\"sotto-ranges-2\",\"nodes\":{\"x\":[0,1]}}",
        "{\"format\":\"sotto-ranges-2\",\"nodes\":{},\"held\":{},\"layers\":{\"l\":{\"fraction\":99}}}",
        "{\"format\":\"sotto-ranges-1\",\"nodes\":{\"x\":\"wide\"}}",
        "{\"format\":\"sotto-ranges-1\",\"nodes\":{\"x\":[null,1]}}",
        "{\"format\":\"sotto-ranges-1\",\"nodes\":{\"x\":[0,\"NaN\"]}}"
      })
  void areRefusedWhenMalformed(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("m.ranges.json"), text);

    assertThatThrownBy(() -> Ranges.read(file, graph))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("can't be used");
  }

  @Test
  void lieBesideTheModel() {
    assertThat(Ranges.besideModel(folder.resolve("saved_model/")))
        .isEqualTo(folder.resolve("saved_model.ranges.json").toAbsolutePath());
  }

  @Test
  void theDigestFollowsEveryWeight() {
    Graph one = new Chain(1, 2).dense(1, 1f, 2f).build();
    Graph other = new Chain(1, 2).dense(1, 1f, 2.0000002f).build();

    assertThat(ModelDigest.of(one))
        .isEqualTo(ModelDigest.of(new Chain(7, 2).dense(1, 1f, 2f).build()))
        .isNotEqualTo(ModelDigest.of(other))
        .matches("[0-9a-f]{64}");
  }
}
