package io.sotto.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InputFileTest {
  private static final byte[] IDX = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, (byte) 255};

  private final Path folder;

  InputFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void tellsFormatsByTheirContents() throws IOException {
    Tensor tensor = new Tensor(List.of(2, 1), new float[] {0, 1});
    Path npy = folder.resolve("a.idx");
    NpyFile.write(npy, tensor);
    Path idx = Files.write(folder.resolve("b.npy"), IDX);
    assertThat(InputFile.read(npy)).isEqualTo(tensor);
    assertThat(InputFile.read(idx)).isEqualTo(tensor);
  }

  @Test
  void readsTheFirstOnly() throws IOException {
    Path idx = Files.write(folder.resolve("a"), IDX);
    assertThat(InputFile.readFirst(idx, 1)).isEqualTo(new Tensor(List.of(1, 1), new float[1]));
    for (int count : new int[] {0, 3}) {
      assertThatThrownBy(() -> InputFile.readFirst(idx, count))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(count + " images of " + idx + " asked for, which has 2");
    }
  }

  @Test
  void refusesOtherFiles() throws IOException {
    Path text = Files.writeString(folder.resolve("a.txt"), "text");
    Path empty = Files.createFile(folder.resolve("empty"));
    Path brokenGzip = Files.write(folder.resolve("a.gz"), new byte[] {0x1f, (byte) 0x8b, 8});
    for (Path file : List.of(text, empty, brokenGzip)) {
      assertThatThrownBy(() -> InputFile.read(file))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageStartingWith(file + " is neither");
    }
    assertThatThrownBy(() -> InputFile.read(folder)).hasMessageContaining("is a directory");
    assertThatThrownBy(() -> InputFile.read(folder.resolve("absent")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
