package io.sotto.tfimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sotto.tfimport.refusal.ModelImportException;
import io.sotto.tfimport.refusal.UnsupportedModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the files hold, the answer is a model or a line about it. */
class DamagedModelTest {
  @TempDir private Path directory = Path.of("set by JUnit");

  private Path model() {
    return directory.resolve("model");
  }

  private Path pb() {
    return model().resolve("saved_model.pb");
  }

  private Path index() {
    return model().resolve("variables/variables.index");
  }

  private Path data() {
    return model().resolve("variables/variables.data-00000-of-00001");
  }

  @BeforeEach
  void copyOfASoundModel() throws IOException {
    copy(Samples.tiny("conv-same"), model());
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(source.relativize(file).toString()));
      }
    }
  }

  @Test
  void theCopyIsSound() {
    assertThat(SavedModelReader.read(model()).nodes()).hasSize(8);
  }

  @Test
  void aWrongPathIsNamed() {
    assertRefused(directory.resolve("nowhere"), "no such directory");
    assertRefused(directory, "it holds no saved_model.pb");
    assertRefused(pb(), "is a file; give the directory of a SavedModel");
  }

  @Test
  void missingFilesOfVariablesAreNamed() throws IOException {
    Files.delete(data());
    assertRefused(model(), "weights are missing: there is no " + data());
    Files.delete(index());
    assertRefused(model(), "weights are missing: there is no " + index());
  }

  @Test
  void aFileThatIsNoModelIsRefused() throws IOException {
    Files.write(pb(), "not a model at all\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertRefused(model(), "can't be read: it is damaged or cut short");
    Files.write(pb(), new byte[0]);
    assertRefused(model(), "is damaged: it holds no graph");
  }

  @Test
  void everyCutOfTheModelIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(pb());
    for (int length = 0; length < whole.length; length += 499) {
      Files.write(pb(), Arrays.copyOf(whole, length));
      assertRefused(model(), "");
    }
  }

  @Test
  void everyCutOfTheVariablesIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(index());
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(index(), Arrays.copyOf(whole, length));
      assertRefused(model(), "variables.index is damaged");
    }
    Files.write(index(), whole);
    Files.write(data(), Arrays.copyOf(Files.readAllBytes(data()), 100));
    assertRefused(model(), "is damaged: it ends before variable");
  }

  @Test
  void everyChangedBitOfTheIndexIsHarmlessOrRefused() throws IOException {
    String sound = SavedModelReader.read(model()).toString();
    byte[] bytes = Files.readAllBytes(index());
    for (int bit = 0; bit < bytes.length * Byte.SIZE; bit += 29) {
      bytes[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(index(), bytes);
      assertModelOrRefusal(model(), "bit " + bit, sound);
      bytes[bit / 8] ^= (byte) (1 << (bit % 8));
    }
  }

  @Test
  void aChangedWeightIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(data());
    int changed = 0;
    for (int at = 0; at < bytes.length; at += 50) {
      bytes[at] ^= 1;
      Files.write(data(), bytes);
      Throwable thrown = catchThrowable(() -> SavedModelReader.read(model()));
      if (thrown != null) {
        assertThat(thrown)
            .isInstanceOf(ModelImportException.class)
            .hasMessageContaining("does not match its checksum");
        changed++;
      }
      bytes[at] ^= 1;
    }
    // The file holds other things too, but half of it is this model's weights.
    assertThat(changed).isGreaterThan(bytes.length / 50 / 4);
  }

  @Test
  void everyChangeOfTheSavedObjectsIsRefused() throws IOException {
    Path saved = directory.resolve("saved");
    copy(Samples.kerasSaved(), saved);
    Path file = saved.resolve("variables/variables.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at < bytes.length; at += 23) {
      bytes[at] ^= 1;
      Files.write(file, bytes);
      Throwable thrown = catchThrowable(() -> SavedModelReader.read(saved));
      assertThat(thrown)
          .as("byte %d", at)
          .isInstanceOf(ModelImportException.class)
          .hasMessageContaining("variables.data-00000-of-00001 is damaged");
      bytes[at] ^= 1;
    }
    Files.write(file, bytes);
    assertThat(SavedModelReader.read(saved).nodes()).hasSize(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "op-conv1d",
        "op-dense-rows",
        "op-slices",
        "op-joins",
        "op-reductions",
        "op-upsampling",
        "op-blocks",
        "op-pads"
      })
  void randomDamageNeverEndsInAnythingElse(String name) throws IOException {
    Path copy = directory.resolve("zoo");
    copy(Samples.zoo(name), copy);
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Path file = copy.resolve("saved_model.pb");
    byte[] whole = Files.readAllBytes(file);
    for (int round = 0; round < 60; round++) {
      byte[] bytes = whole.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, bytes);
      assertModelOrRefusal(copy, "seed " + seed + ", round " + round, null);
    }
  }

  private static void assertModelOrRefusal(Path model, String what, @Nullable String sound) {
    String text = null;
    Throwable thrown = null;
    try {
      text = SavedModelReader.read(model).toString();
    } catch (Throwable e) {
      thrown = e;
    }
    if (thrown != null) {
      assertThat(thrown).as(what).isInstanceOf(ModelImportException.class);
    } else if (sound != null) {
      assertThat(text).as(what).isEqualTo(sound);
    }
  }

  private static void assertRefused(Path path, String message) {
    assertThatThrownBy(() -> SavedModelReader.read(path))
        .isInstanceOf(ModelImportException.class)
        .isNotInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }
}
