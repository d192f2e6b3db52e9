package io.sotto.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.data.IdxFile.Scale;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IdxFileTest {
  private static final byte[] PIXELS = {0, 51, (byte) 255, (byte) 128, 1, 2, 3, 4};
  private static final byte[] IMAGES = idx(0x08, new int[] {2, 2, 2}, PIXELS);
  private static final byte[] LABELS = idx(0x08, new int[] {3}, new byte[] {7, 0, (byte) 200});

  private final Path folder;

  IdxFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void readsImages() throws IOException {
    for (byte[] bytes : new byte[][] {IMAGES, gzip(IMAGES)}) {
      Path file = Files.write(folder.resolve("images"), bytes);
      Tensor unit = IdxFile.readImages(file);
      assertThat(unit.shape()).containsExactly(2, 2, 2);
      assertThat(unit.values())
          .containsExactly(0, 0.2f, 1, 128 / 255f, 1 / 255f, 2 / 255f, 3 / 255f, 4 / 255f);
      assertThat(IdxFile.readImages(file, Scale.RAW))
          .isEqualTo(new Tensor(List.of(2, 2, 2), new float[] {0, 51, 255, 128, 1, 2, 3, 4}));
      assertThat(IdxFile.looksLike(file)).isTrue();
      assertThat(NpyFile.looksLike(file)).isFalse();
    }
  }

  @Test
  void readsLabels() throws IOException {
    for (byte[] bytes : new byte[][] {LABELS, gzip(LABELS)}) {
      Path file = Files.write(folder.resolve("labels"), bytes);
      assertThat(IdxFile.readLabels(file)).containsExactly(7, 0, 200);
    }
  }

  @Test
  void tellsImagesFromLabels() {
    assertThatThrownBy(() -> images(LABELS)).hasMessageContaining("holds labels, not images");
    assertThatThrownBy(() -> IdxFile.readLabels(new ByteArrayInputStream(IMAGES)))
        .hasMessageContaining("holds images, not labels");
  }

  @Test
  void refusesOtherHeaders() {
    assertThatThrownBy(() -> images(idx(0x0d, new int[] {1, 1}, new byte[4])))
        .hasMessageContaining("type 13");
    assertThatThrownBy(() -> images(new byte[] {1, 2, 3, 4, 5, 6}))
        .hasMessageContaining("no IDX file");
    assertThatThrownBy(() -> images(idx(0x08, new int[0], new byte[4])))
        .hasMessageContaining("claims 0 axes");
    assertThatThrownBy(() -> images(idx(0x08, new int[33], new byte[4])))
        .hasMessageContaining("claims 33 axes");
    assertThatThrownBy(() -> images(idx(0x08, new int[] {-1, 1}, new byte[4])))
        .hasMessageContaining("claims more than");
    assertThatThrownBy(() -> images(idx(0x08, new int[] {0, 1 << 20, 1 << 20}, new byte[4])))
        .hasMessageContaining("claims more than");
    assertThatThrownBy(() -> images(idx(0x08, new int[] {1, 3}, new byte[4])))
        .hasMessageContaining("goes on after the 1x3 numbers");
    assertThatThrownBy(() -> IdxFile.readImages(folder)).hasMessageContaining("is a directory");
  }

  @Test
  void takesNoMemoryForWhatAHeaderOnlyClaims() {
    assertThatThrownBy(() -> images(idx(0x08, new int[] {1 << 9, 1 << 20}, new byte[4])))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("ends too early");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    for (byte[] whole : new byte[][] {IMAGES, gzip(IMAGES)}) {
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> images(cut)).isInstanceOf(MalformedFileException.class);
      }
    }
  }

  @Test
  void refusesDamagedGzip() throws IOException {
    byte[] whole = gzip(IMAGES);
    for (int i = 10; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 0x10;
      assertThatThrownBy(() -> images(damaged)).isInstanceOf(MalformedFileException.class);
    }
  }

  @Test
  void readsMnistsTestSet() throws IOException {
    Path data = Path.of("../samples/data");
    Tensor images = IdxFile.readImages(data.resolve("t10k-images-idx3-ubyte.gz"));
    int[] labels = IdxFile.readLabels(data.resolve("t10k-labels-idx1-ubyte.gz"));
    assertThat(images.shape()).containsExactly(10000, 28, 28);
    assertThat(labels).hasSize(10000).startsWith(7, 2, 1, 0, 4);
  }

  private static Tensor images(byte[] bytes) throws IOException {
    return IdxFile.readImages(new ByteArrayInputStream(bytes), Scale.UNIT);
  }

  private static byte[] idx(int type, int[] shape, byte[] data) {
    ByteBuffer file = ByteBuffer.allocate(4 + 4 * shape.length + data.length);
    file.putInt(type << 8 | shape.length);
    for (int length : shape) {
      file.putInt(length);
    }
    return file.put(data).array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
