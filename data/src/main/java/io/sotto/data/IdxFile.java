package io.sotto.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * MNIST's IDX files of unsigned bytes, gzipped or not.
 *
 * <p><b>Security.</b> For files of unknown origin: memory is taken as the bytes come, never by what
 * a header claims, and no more bytes are taken than it claims.
 *
 * <p><b>Threading.</b> Static and stateless.
 *
 * <p><b>Failure.</b> {@link MalformedFileException}; other {@link IOException}s as they come.
 */
public final class IdxFile {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int BUFFER_BYTES = 1 << 16;

  /** Numbers in a file; MNIST's largest has 47 million. */
  private static final int MAX_ELEMENTS = 1 << 29;

  /** What the bytes of images become. */
  public enum Scale {
    /** 0..255 becomes 0..1. */
    UNIT,
    /** 0..255 stays. */
    RAW
  }

  private IdxFile() {}

  private record Content(List<Integer> shape, ByteBuffer bytes) {}

  /** Whether a file begins as an IDX file of bytes does, gzipped or not. */
  public static boolean looksLike(Path file) throws IOException {
    try (InputStream in = open(Files.newInputStream(file))) {
      byte[] magic = in.readNBytes(4);
      return magic.length == 4 && magic[0] == 0 && magic[1] == 0 && magic[2] == UNSIGNED_BYTE;
    } catch (ZipException | EOFException e) {
      return false;
    }
  }

  /** Reads images as floats within 0..1, first axis the batch. */
  public static Tensor readImages(Path file) throws IOException {
    return readImages(file, Scale.UNIT);
  }

  /** Reads images, first axis the batch. */
  public static Tensor readImages(Path file, Scale scale) throws IOException {
    try (InputStream in = open(file)) {
      return readImages(in, scale);
    } catch (MalformedFileException e) {
      throw new MalformedFileException(file + ": " + e.getMessage(), e);
    }
  }

  /** Reads images from a stream, which may be gzipped. */
  public static Tensor readImages(InputStream in, Scale scale) throws IOException {
    Content content = read(in);
    if (content.shape().size() < 2) {
      throw new MalformedFileException(
          "this IDX file has %d axis, so it holds labels, not images"
              .formatted(content.shape().size()));
    }
    float[] values = new float[content.bytes().remaining()];
    for (int i = 0; i < values.length; i++) {
      int pixel = Byte.toUnsignedInt(content.bytes().get(i));
      values[i] = scale == Scale.UNIT ? pixel / 255f : pixel;
    }
    return new Tensor(content.shape(), values);
  }

  /** Reads labels. */
  public static int[] readLabels(Path file) throws IOException {
    try (InputStream in = open(file)) {
      return readLabels(in);
    } catch (MalformedFileException e) {
      throw new MalformedFileException(file + ": " + e.getMessage(), e);
    }
  }

  /** Reads labels from a stream, which may be gzipped. */
  public static int[] readLabels(InputStream in) throws IOException {
    Content content = read(in);
    if (content.shape().size() != 1) {
      throw new MalformedFileException(
          "this IDX file has %d axes, so it holds images, not labels"
              .formatted(content.shape().size()));
    }
    int[] labels = new int[content.bytes().remaining()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = Byte.toUnsignedInt(content.bytes().get(i));
    }
    return labels;
  }

  private static InputStream open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new MalformedFileException(file + " is a directory, not an IDX file");
    }
    return Files.newInputStream(file);
  }

  private static InputStream open(InputStream raw) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, BUFFER_BYTES);
    in.mark(2);
    boolean gzipped = (in.read() << 8 | in.read()) == GZIP_MAGIC;
    in.reset();
    return gzipped ? new GZIPInputStream(in, BUFFER_BYTES) : in;
  }

  private static Content read(InputStream raw) throws IOException {
    try {
      InputStream in = open(raw);
      List<Integer> shape = shape(in, rank(ByteBuffer.wrap(exactly(in, 4)).getInt()));
      byte[] bytes = exactly(in, shape.stream().reduce(1, Math::multiplyExact));
      if (in.read() >= 0) {
        throw new MalformedFileException(
            "the IDX file goes on after the %s numbers that its header claims"
                .formatted(shape.stream().map(String::valueOf).collect(Collectors.joining("x"))));
      }
      return new Content(shape, ByteBuffer.wrap(bytes));
    } catch (EOFException e) {
      throw new MalformedFileException("the IDX file ends too early; it was cut off", e);
    } catch (ZipException e) {
      throw new MalformedFileException("the gzipped IDX file is damaged", e);
    }
  }

  /** The number of axes that a header's first four bytes tell. */
  private static int rank(int magic) throws MalformedFileException {
    int rank = magic & 0xff;
    if (magic >>> 16 != 0) {
      throw new MalformedFileException("this is no IDX file: it doesn't begin with two zeros");
    }
    if (magic >>> 8 != UNSIGNED_BYTE) {
      throw new MalformedFileException(
          "IDX files of unsigned bytes (type 8) are read, this one has type " + (magic >>> 8));
    }
    if (rank < 1 || rank > Tensor.MAX_RANK) {
      throw new MalformedFileException(
          "the IDX header claims %d axes; allowed are 1..%d".formatted(rank, Tensor.MAX_RANK));
    }
    return rank;
  }

  private static List<Integer> shape(InputStream in, int rank) throws IOException {
    List<Integer> shape = new ArrayList<>();
    ByteBuffer lengths = ByteBuffer.wrap(exactly(in, rank * Integer.BYTES));
    long elements = 1;
    for (int i = 0; i < rank; i++) {
      int length = lengths.getInt();
      // The largest array is what the other axes make of it, so that an empty one is bounded, too.
      elements *= Math.max(1, Integer.toUnsignedLong(length));
      if (elements > MAX_ELEMENTS) {
        throw new MalformedFileException(
            "the IDX header claims more than the %d numbers that are allowed"
                .formatted(MAX_ELEMENTS));
      }
      shape.add(length);
    }
    return shape;
  }

  private static byte[] exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException();
    }
    return bytes;
  }
}
