package io.sotto.benchmarks.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.data.NpyFile;
import io.sotto.data.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleNetworkTest {
  @TempDir private Path root = Path.of("");

  private Path models = Path.of("");

  @BeforeEach
  void open() {
    models = root.resolve("samples/models");
  }

  private Path sample(String name, boolean labels) throws IOException {
    Path model = Files.createDirectories(models.resolve(name).resolve("saved_model"));
    NpyFile.write(
        model.resolveSibling("input.npy"),
        new Tensor(List.of(3, 2), new float[] {0, 1, 2, 3, 4, 5}));
    if (labels) {
      NpyFile.write(
          model.resolveSibling("labels.npy"), new Tensor(List.of(3), new float[] {7, 0, 9}));
    }
    return model;
  }

  @Test
  void twoFormsAreOneNetworkAndThoseWithLabelsComeFirst() throws IOException {
    Path relu = sample("some-net-relu", true);
    Path square = sample("some-net-square", true);
    Path other = sample("another", false);

    List<SampleNetwork> networks = SampleNetwork.all(root);

    assertThat(networks).extracting(SampleNetwork::name).containsExactly("some-net", "another");
    SampleNetwork both = networks.get(0);
    assertThat(both.modelFor(BenchSystem.HYBRID)).isEqualTo(relu);
    assertThat(both.modelFor(BenchSystem.MP2ML)).isEqualTo(relu);
    assertThat(both.modelFor(BenchSystem.CRYPTONETS)).isEqualTo(square);
    assertThat(networks.get(1).modelFor(BenchSystem.HYBRID)).isEqualTo(other);
    assertThat(networks.get(1).modelFor(BenchSystem.CRYPTONETS)).isNull();
  }

  @Test
  void labelsBesideInputsAreTheirClasses() throws IOException {
    sample("labelled", true);
    sample("unlabelled", false);

    List<SampleNetwork> networks = SampleNetwork.all(root);

    assertThat(networks.get(0).classes(2)).containsExactly(7, 0);
    assertThat(networks.get(1).classes(2)).isNull();
    assertThatThrownBy(() -> networks.get(0).classes(4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 labels for 4 inputs");
  }
}
