package io.sotto.benchmarks.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.data.NpyFile;
import io.sotto.data.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedNetworkTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  @TempDir private Path root = Path.of("");

  private SampleNetwork find(String name) throws IOException {
    return NamedNetwork.find(root, name, root);
  }

  @ParameterizedTest
  @CsvSource({
    "mnist, mnist-cryptonets-relu, mnist-cryptonets",
    "resnet20, cifar10-resnet20, cifar10-resnet20",
    "vgg16, cifar10-vgg16, cifar10-vgg16",
    "mlp-95x2, mlp/mlp-95x2, mlp/mlp-95x2"
  })
  void namesAreSamplesWithTheirInputs(String name, String directory, String sample)
      throws IOException {
    Path model =
        Files.createDirectories(
            root.resolve("samples/models").resolve(directory).resolve("saved_model"));
    Path inputs = model.resolveSibling("input.npy");
    NpyFile.write(inputs, new Tensor(List.of(1, 2), new float[] {0, 1}));

    SampleNetwork found = find(name);

    assertThat(found.model()).isEqualTo(model);
    assertThat(found.inputs()).isEqualTo(inputs);
    assertThat(found.name()).isEqualTo(sample);
    assertThat(NamedNetwork.isLarge(sample)).isEqualTo(!name.equals("mnist"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mnist", "resnet20", "vgg16", "mlp-575x4"})
  void aMissingModelIsOneLineWithTheCommandThatMakesIt(String name) {
    assertThatThrownBy(() -> find(name))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageMatching(
            "samples/models/.*/saved_model: not made yet; run python .*\\.py( mlp-575x4)?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet", "mlp-0x2", "mlp-95", "samples/models/none"})
  void otherNamesAreToldWhatThereIs(String name) {
    assertThatThrownBy(() -> find(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no network " + name)
        .hasMessageContaining("vgg16");
  }

  @Test
  void aModelWithoutInputsGetsRandomOnesThatAreAlwaysTheSame() throws IOException {
    Path model = root.resolve("model/saved_model");
    copy(PROJECT.resolve("samples/models/tiny/mlp-keras/saved_model"), model);

    Tensor inputs = NpyFile.read(find(model.toString()).inputs());

    assertThat(inputs.rows()).isGreaterThan(1);
    for (float value : inputs.values()) {
      assertThat(value).isBetween(0f, 1f);
    }
    assertThat(inputs.row(0)).isNotEqualTo(inputs.row(1));
    assertThat(NpyFile.read(find(model.toString()).inputs())).isEqualTo(inputs);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(Files.isDirectory(file) ? target : target.getParent());
        if (!Files.isDirectory(file)) {
          Files.copy(file, target);
        }
      }
    }
  }
}
