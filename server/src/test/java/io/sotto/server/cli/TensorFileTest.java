package io.sotto.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.server.ConfigException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorFileTest {
  private static final byte[] IDX = {
    0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 51, (byte) 255, 102, 0, 1
  };

  private final Path folder;

  TensorFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("images"), bytes);
  }

  private static byte[] npy(String descr, String order, String shape, float... values) {
    boolean isDouble = descr.equals("<f8");
    String header =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n".formatted(descr, order, shape);
    ByteBuffer bytes =
        ByteBuffer.allocate(
                10 + header.length() + values.length * (isDouble ? Double.BYTES : Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.ISO_8859_1));
    bytes.put((byte) 1).put((byte) 0).putShort((short) header.length());
    bytes.put(header.getBytes(StandardCharsets.ISO_8859_1));
    for (float value : values) {
      if (isDouble) {
        bytes.putDouble(value);
      } else {
        bytes.putFloat(value);
      }
    }
    return bytes.array();
  }

  @Test
  void readsNpy() throws IOException {
    TensorFile images = TensorFile.read(file(npy("<f4", "False", "(2, 3)", 1, 2, 3, 4, 5, -6)), 10);

    assertThat(images.shape()).containsExactly(3);
    assertThat(images.values()).containsExactly(1, 2, 3, 4, 5, -6);
    assertThat(images.images()).isEqualTo(2);
  }

  @Test
  void doublesAreRead() throws IOException {
    float[] values = new float[3 * 5000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 7f;
    }
    TensorFile images = TensorFile.read(file(npy("<f8", "False", "(5000, 3)", values)), 10_000);

    assertThat(images.values()).containsExactly(values);
  }

  @Test
  void readsOnlyTheFirstImages() throws IOException {
    TensorFile images = TensorFile.read(file(npy("<f4", "False", "(2, 3)", 1, 2, 3, 4, 5, 6)), 1);

    assertThat(images.values()).containsExactly(1, 2, 3);
  }

  @Test
  void readsWhatNumpyWrote() {
    Path file = Path.of("..", "samples", "models", "tiny", "conv-same", "input.npy");
    TensorFile images = TensorFile.read(file, Integer.MAX_VALUE);

    assertThat(images.shape()).containsExactly(7, 9, 2);
    assertThat(images.images()).isEqualTo(3);
  }

  @Test
  void readsIdxPlainAndGzipped() throws IOException {
    ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gzipped)) {
      out.write(IDX);
    }
    for (byte[] bytes : new byte[][] {IDX, gzipped.toByteArray()}) {
      TensorFile images = TensorFile.read(file(bytes), 10);
      assertThat(images.shape()).containsExactly(1, 3);
      assertThat(images.values()).containsExactly(0, 0.2f, 1, 0.4f, 0, 1 / 255f);
    }
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    for (byte[] whole :
        new byte[][] {
          IDX, npy("<f4", "False", "(2, 1)", 1, 2), npy("<f8", "False", "(2, 1)", 1, 2)
        }) {
      for (int length = 0; length < whole.length; length++) {
        Path file = file(Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> TensorFile.read(file, 10))
            .as("%d bytes", length)
            .isInstanceOf(ConfigException.class)
            .hasMessageContaining("can't be used as images");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<i4 | False | (2, 1) | save it as float32 or float64",
        "<f4 | True | (2, 1) | Fortran",
        "<f4 | False | () | no images",
        "<f4 | False | (0, 3) | no images",
        "<f4 | False | (2, 99999999999999999999) | shape can't be understood",
        "<f4 | False | (70000, 70000) | too many",
        "<f4 | False | two | header can't be understood",
      })
  void whatCannotBeReadIsExplained(String descr, String order, String shape, String words)
      throws IOException {
    Path file = file(npy(descr, order, shape, 1, 2));
    assertThatThrownBy(() -> TensorFile.read(file, Integer.MAX_VALUE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(words);
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> TensorFile.read(folder.resolve("none.npy"), 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none.npy");
  }
}
