package io.sotto.tfimport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sotto.tfimport.refusal.ModelImportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Arbitrary bytes in place of a model's files: a refusal in one line or a model, nothing else. With
 * JAZZER_FUZZ=1 in the environment it looks for new inputs, else it repeats known ones.
 */
@Tag("slow")
class SavedModelFuzzTest {
  @TempDir private Path directory = Path.of("set by JUnit");

  @FuzzTest(maxDuration = "5m")
  void savedModel(byte[] data) throws IOException {
    Files.write(directory.resolve("saved_model.pb"), data);
    importOrRefuse();
  }

  @FuzzTest(maxDuration = "5m")
  void indexOfVariables(byte[] data) throws IOException {
    Path model = Samples.tiny("mlp-keras");
    Files.createDirectories(directory.resolve("variables"));
    for (String file : new String[] {"saved_model.pb", "variables/variables.data-00000-of-00001"}) {
      Files.write(directory.resolve(file), Files.readAllBytes(model.resolve(file)));
    }
    Files.write(directory.resolve("variables/variables.index"), data);
    importOrRefuse();
  }

  private void importOrRefuse() {
    try {
      assertThat(SavedModelReader.read(directory).nodes()).isNotEmpty();
    } catch (ModelImportException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
