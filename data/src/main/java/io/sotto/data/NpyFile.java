package io.sotto.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * NumPy's {@code .npy} files, versions 1 to 3: C order, real numbers of 1 to 8 bytes in either byte
 * order, which become floats (numbers that no float holds are rounded). Written are little-endian
 * float32 files.
 *
 * <p><b>Security.</b> For files of unknown origin: header and size are checked against each other
 * before memory is taken for the numbers. Python objects, which NumPy would unpickle, are refused.
 *
 * <p><b>Threading.</b> Static and stateless.
 *
 * <p><b>Failure.</b> {@link MalformedFileException} whose message tells what to do; other {@link
 * IOException}s as they come.
 */
public final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int PREAMBLE_BYTES = MAGIC.length + 2;
  private static final int ALIGNMENT = 64;

  /** NumPy's own headers have below 200 bytes; this is generous. */
  private static final int MAX_HEADER_BYTES = 1 << 16;

  private static final int CHUNK_BYTES = 1 << 16;

  private NpyFile() {}

  /** Whether a file begins as an .npy does. */
  public static boolean looksLike(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    }
  }

  /** Reads a file. */
  public static Tensor read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new MalformedFileException(file + " is a directory, not an .npy file");
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), CHUNK_BYTES)) {
      return read(in, Files.size(file));
    } catch (MalformedFileException e) {
      throw new MalformedFileException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads from a stream.
   *
   * @param size bytes that the stream holds, which the header must agree with
   */
  public static Tensor read(InputStream in, long size) throws IOException {
    try {
      int version = version(unsigned(exactly(in, PREAMBLE_BYTES)));
      int lengthBytes = version == 1 ? Short.BYTES : Integer.BYTES;
      ByteBuffer length = ByteBuffer.wrap(exactly(in, lengthBytes)).order(ByteOrder.LITTLE_ENDIAN);
      long headerBytes =
          version == 1
              ? Short.toUnsignedLong(length.getShort())
              : Integer.toUnsignedLong(length.getInt());
      if (headerBytes > MAX_HEADER_BYTES) {
        throw new MalformedFileException(
            "the header claims %d bytes; allowed are up to %d"
                .formatted(headerBytes, MAX_HEADER_BYTES));
      }
      NpyHeader header =
          NpyHeader.parse(
              new String(
                  exactly(in, Math.toIntExact(headerBytes)),
                  version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
      requireSize(header, size - PREAMBLE_BYTES - lengthBytes - headerBytes);
      return new Tensor(header.shape(), numbers(in, header));
    } catch (EOFException e) {
      throw new MalformedFileException("the file ends too early; it was cut off", e);
    }
  }

  private static int version(int[] preamble) throws MalformedFileException {
    for (int i = 0; i < MAGIC.length; i++) {
      if (preamble[i] != Byte.toUnsignedInt(MAGIC[i])) {
        throw new MalformedFileException("this is no .npy file: it doesn't begin like one");
      }
    }
    int version = preamble[MAGIC.length];
    if (version < 1 || version > 3) {
      throw new MalformedFileException(
          "this .npy file is of version %d; versions 1 to 3 are read".formatted(version));
    }
    return version;
  }

  private static void requireSize(NpyHeader header, long left) throws MalformedFileException {
    long bytes = Math.multiplyExact((long) header.elements(), header.type().bytes());
    if (left != bytes) {
      throw new MalformedFileException(
          "shape (%s) of %s takes %d bytes, the file has %d; it was cut off or is damaged"
              .formatted(
                  header.shape().stream().map(String::valueOf).collect(Collectors.joining(", ")),
                  header.type().name(),
                  bytes,
                  left));
    }
  }

  private static float[] numbers(InputStream in, NpyHeader header) throws IOException {
    float[] values = new float[header.elements()];
    NpyType type = header.type();
    int perChunk = CHUNK_BYTES / type.bytes();
    for (int done = 0; done < values.length; ) {
      int count = Math.min(perChunk, values.length - done);
      ByteBuffer chunk = ByteBuffer.wrap(exactly(in, count * type.bytes())).order(type.order());
      for (int i = 0; i < count; i++) {
        values[done + i] = type.read(chunk);
      }
      done += count;
    }
    return values;
  }

  /** Writes a file; it is there as a whole or not at all. */
  public static void write(Path file, Tensor tensor) throws IOException {
    AtomicFile.write(file, out -> write(out, tensor));
  }

  /** Writes into a stream, in version 1. */
  public static void write(OutputStream out, Tensor tensor) throws IOException {
    out.write(header(tensor.shape()));
    float[] values = tensor.values();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int perChunk = CHUNK_BYTES / Float.BYTES;
    for (int done = 0; done < values.length; ) {
      int count = Math.min(perChunk, values.length - done);
      chunk.clear().asFloatBuffer().put(values, done, count);
      out.write(chunk.array(), 0, count * Float.BYTES);
      done += count;
    }
  }

  private static byte[] header(List<Integer> shape) {
    String axes =
        shape.stream().map(String::valueOf).collect(Collectors.joining(", "))
            + (shape.size() == 1 ? "," : "");
    String text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + axes + "), }";
    int fixed = PREAMBLE_BYTES + Short.BYTES;
    int total = (fixed + text.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    byte[] bytes = new byte[total];
    Arrays.fill(bytes, (byte) ' ');
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) (total - fixed))
        .put(text.getBytes(StandardCharsets.ISO_8859_1));
    bytes[total - 1] = '\n';
    return bytes;
  }

  private static byte[] exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException();
    }
    return bytes;
  }

  private static int[] unsigned(byte[] bytes) {
    int[] numbers = new int[bytes.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return numbers;
  }
}
