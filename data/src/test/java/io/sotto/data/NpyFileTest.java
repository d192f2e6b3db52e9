package io.sotto.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NpyFileTest {
  private final Path folder;

  NpyFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void writesWhatNumpyWrites() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NpyFile.write(out, new Tensor(List.of(2, 3), new float[] {1, 2, 3, 4, 5, -6.5f}));

    // numpy.save of numpy.array([[1, 2, 3], [4, 5, -6.5]], 'float32')
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    ByteBuffer expected = ByteBuffer.allocate(128 + 24).order(ByteOrder.LITTLE_ENDIAN);
    expected.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});
    expected.put(
        (header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.US_ASCII));
    for (float value : new float[] {1, 2, 3, 4, 5, -6.5f}) {
      expected.putFloat(value);
    }
    byte[] written = out.toByteArray();
    assertThat(written).hasSize((written[8] & 0xff) + 10 + 24);
    assertThat(((written[8] & 0xff) + 10) % 64).isZero();
    assertThat(read(written)).isEqualTo(read(expected.array()));
    assertThat(new String(written, 10, header.length(), StandardCharsets.US_ASCII))
        .isEqualTo(header);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "0,5", "3,4,5,2", "70000"})
  void readsBackWhatItWrote(String axes) throws IOException {
    List<Integer> shape =
        axes.isEmpty()
            ? List.of()
            : Arrays.stream(axes.split(",", -1)).map(Integer::valueOf).toList();
    float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    Tensor tensor = new Tensor(shape, values);
    Path file = folder.resolve("a.npy");

    NpyFile.write(file, tensor);

    assertThat(NpyFile.read(file)).isEqualTo(tensor);
    assertThat(NpyFile.looksLike(file)).isTrue();
    assertThat(folder).isDirectoryContaining("glob:**a.npy");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "<f4, 00 00 c0 bf, -1.5",
    ">f4, bf c0 00 00, -1.5",
    "<f8, 00 00 00 00 00 00 f8 bf, -1.5",
    "|u1, ff, 255",
    "|i1, ff, -1",
    "|b1, 01, 1",
    "<u2, ff ff, 65535",
    ">i2, ff fe, -2",
    "<u4, ff ff ff ff, 4294967296",
    "<i4, fe ff ff ff, -2",
    "<i8, fe ff ff ff ff ff ff ff, -2",
  })
  void readsTheNumberTypes(String type, String hex, float expected) throws IOException {
    String[] octets = hex.split(" ", -1);
    byte[] data = new byte[octets.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) Integer.parseInt(octets[i], 16);
    }
    for (int version = 1; version <= 3; version++) {
      byte[] file = npy(version, dictionary(type, "False", "(1,)"), data);
      assertThat(read(file)).isEqualTo(new Tensor(List.of(1), new float[] {expected}));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), };numbers of type <c8",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,), };numbers of type |O",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), };records, not numbers",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), };Fortran order",
        "{'descr': '<f4', 'fortran_order': 1, 'shape': (1,), };damaged",
        "{'descr': '<f4', 'fortran_order': False, };damaged",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,), };damaged",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), };damaged",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, };damaged",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1};damaged",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} {};damaged",
        "{'descr': '<f4;damaged",
        "nothing of the kind;damaged",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), };damaged",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536), };too large",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 65536, 65536), };too large",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (500000000,), };takes 2000000000 bytes",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), };takes 8 bytes, the file has 4",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0,), };takes 0 bytes, the file has 4",
      })
  void refusesOtherHeaders(String header, String message) {
    assertThatThrownBy(() -> read(npy(1, header, new byte[4])))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesTooManyAxes() {
    String axes = "(" + "1, ".repeat(Tensor.MAX_RANK + 1) + ")";
    assertThatThrownBy(() -> read(npy(1, dictionary("<f4", "False", axes), new byte[4])))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void refusesAHeaderLongerThanAnyHeaderIs() {
    byte[] file = npy(2, dictionary("<f4", "False", "(1,)"), new byte[4]);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(8, -1);
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("claims 4294967295 bytes");
  }

  @Test
  void refusesOtherVersionsAndOtherFiles() {
    assertThatThrownBy(() -> read(npy(4, dictionary("<f4", "False", "(1,)"), new byte[4])))
        .hasMessageContaining("version 4");
    assertThatThrownBy(() -> read("PK\3\4 this is a zip".getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("no .npy file");
    assertThatThrownBy(() -> NpyFile.read(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("is a directory");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] whole = npy(1, dictionary("<f4", "False", "(3,)"), new byte[12]);
    assertThat(read(whole).shape()).containsExactly(3);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(MalformedFileException.class);
    }
  }

  @Test
  void refusesAStreamThatEndsBeforeItsSize() {
    byte[] whole = npy(1, dictionary("<f4", "False", "(3,)"), new byte[12]);
    assertThatThrownBy(
            () -> NpyFile.read(new ByteArrayInputStream(whole, 0, whole.length - 1), whole.length))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("ends too early");
  }

  @Test
  void keepsTheOldFileWhenWritingFails() throws IOException {
    Path file = folder.resolve("a.npy");
    Files.writeString(file, "old");
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      out.write(1);
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(file).hasContent("old");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void saysWhyAFileCannotBeWritten() {
    Tensor tensor = new Tensor(List.of(), new float[1]);
    assertThatThrownBy(() -> NpyFile.write(folder.resolve("no/such.npy"), tensor))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such directory");
    assertThatThrownBy(() -> NpyFile.write(folder, tensor))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is a directory");
  }

  private static Tensor read(byte[] file) throws IOException {
    try (InputStream in = new ByteArrayInputStream(file)) {
      return NpyFile.read(in, file.length);
    }
  }

  private static String dictionary(String type, String fortran, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n".formatted(type, fortran, shape);
  }

  private static byte[] npy(int version, String header, byte[] data) {
    int lengthBytes = version == 1 ? 2 : 4;
    ByteBuffer file =
        ByteBuffer.allocate(8 + lengthBytes + header.length() + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      file.putShort((short) header.length());
    } else {
      file.putInt(header.length());
    }
    return file.put(header.getBytes(StandardCharsets.US_ASCII)).put(data).array();
  }
}
