package io.sotto.server.cli;

import io.sotto.server.ConfigException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Images in a file: NumPy's .npy with float32 or float64, or MNIST's IDX with bytes, either plain
 * or gzipped. The first axis is the images. Bytes 0..255 become 0..1.
 *
 * @param shape of one image
 * @param values image after image
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; large.
record TensorFile(List<Integer> shape, float[] values) {
  private static final byte[] NPY_MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern NPY_HEADER =
      Pattern.compile(
          "\\{\\s*'descr':\\s*'([^']*)',\\s*'fortran_order':\\s*(True|False),\\s*'shape':\\s*\\(([0-9, ]*)\\),?\\s*\\}\\s*");
  private static final int MAX_HEADER = 1 << 16;
  private static final int MAX_RANK = 8;

  /** Reads at most so many images. */
  static TensorFile read(Path file, int maxImages) {
    if (!Files.isRegularFile(file)) {
      throw new ConfigException("there is no file " + file);
    }
    try (InputStream in = open(file)) {
      in.mark(8);
      byte[] magic = in.readNBytes(NPY_MAGIC.length);
      in.reset();
      if (Arrays.equals(magic, NPY_MAGIC)) {
        return npy(file, in, maxImages);
      }
      if (magic.length > 3 && magic[0] == 0 && magic[1] == 0) {
        return idx(file, in, maxImages);
      }
      throw unreadable(file, "it is neither .npy nor IDX");
    } catch (EOFException e) {
      throw unreadable(file, "it ends too early");
    } catch (ZipException e) {
      throw unreadable(file, "its compression is broken");
    } catch (IOException e) {
      throw unreadable(file, "reading failed");
    }
  }

  private static ConfigException unreadable(Path file, String why) {
    return new ConfigException("%s can't be used as images: %s".formatted(file, why));
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    in.mark(2);
    boolean gzipped = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzipped ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16) : in;
  }

  private static byte[] bytes(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException();
    }
    return bytes;
  }

  private static TensorFile npy(Path file, InputStream in, int maxImages) throws IOException {
    byte[] start = bytes(in, 8);
    ByteBuffer length =
        ByteBuffer.wrap(bytes(in, start[6] == 1 ? 2 : 4)).order(ByteOrder.LITTLE_ENDIAN);
    int headerBytes = start[6] == 1 ? Short.toUnsignedInt(length.getShort()) : length.getInt();
    if (headerBytes < 0 || headerBytes > MAX_HEADER) {
      throw unreadable(file, "its header is too long");
    }
    Matcher header =
        NPY_HEADER.matcher(new String(bytes(in, headerBytes), StandardCharsets.ISO_8859_1));
    if (!header.matches()) {
      throw unreadable(file, "its header can't be understood");
    }
    boolean isDouble = header.group(1).equals("<f8");
    if (!isDouble && !header.group(1).equals("<f4")) {
      throw unreadable(
          file,
          "it holds %s; save it as float32 or float64 (little endian, '<f4' or '<f8')"
              .formatted(header.group(1)));
    }
    if (header.group(2).equals("True")) {
      throw unreadable(file, "it is in Fortran order; save np.ascontiguousarray of it");
    }
    List<Long> axes = new ArrayList<>();
    for (String axis : header.group(3).split(",", -1)) {
      if (!axis.isBlank()) {
        try {
          axes.add(Long.parseLong(axis.strip()));
        } catch (NumberFormatException e) {
          throw unreadable(file, "its shape can't be understood");
        }
      }
    }
    TensorFile empty = header(file, axes, maxImages);
    if (isDouble) {
      doubles(in, empty.values);
    } else {
      byte[] data = bytes(in, Math.multiplyExact(empty.values.length, Float.BYTES));
      ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(empty.values);
    }
    return empty;
  }

  /** The nearest floats. */
  private static void doubles(InputStream in, float[] values) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int first = 0; first < values.length; first += block.capacity() / Double.BYTES) {
      int count = Math.min(values.length - first, block.capacity() / Double.BYTES);
      block.clear().put(bytes(in, count * Double.BYTES));
      for (int i = 0; i < count; i++) {
        values[first + i] = (float) block.getDouble(i * Double.BYTES);
      }
    }
  }

  private static TensorFile idx(Path file, InputStream in, int maxImages) throws IOException {
    byte[] magic = bytes(in, 4);
    if (magic[2] != 8) {
      throw unreadable(file, "only IDX files of unsigned bytes can be read");
    }
    if (magic[3] < 1 || magic[3] > MAX_RANK) {
      throw unreadable(file, "it has " + magic[3] + " axes");
    }
    ByteBuffer sizes = ByteBuffer.wrap(bytes(in, magic[3] * Integer.BYTES));
    List<Long> axes = new ArrayList<>();
    while (sizes.hasRemaining()) {
      axes.add(Integer.toUnsignedLong(sizes.getInt()));
    }
    TensorFile empty = header(file, axes, maxImages);
    byte[] data = bytes(in, empty.values.length);
    for (int i = 0; i < data.length; i++) {
      empty.values[i] = Byte.toUnsignedInt(data[i]) / 255f;
    }
    return empty;
  }

  /** Room for the images, once it is clear that there are some and how large they are. */
  private static TensorFile header(Path file, List<Long> axes, int maxImages) throws IOException {
    if (axes.isEmpty() || axes.size() > MAX_RANK || axes.stream().anyMatch(axis -> axis < 1)) {
      throw unreadable(file, "its shape " + axes + " has no images");
    }
    List<Integer> shape = new ArrayList<>();
    int values = (int) Math.min(maxImages, axes.get(0));
    try {
      for (long axis : axes.subList(1, axes.size())) {
        shape.add(Math.toIntExact(axis));
        values = Math.multiplyExact(values, Math.toIntExact(axis));
      }
      Math.multiplyExact(values, Float.BYTES);
    } catch (ArithmeticException e) {
      throw unreadable(file, "its images are too many; take fewer by --images");
    }
    return new TensorFile(List.copyOf(shape), new float[values]);
  }

  int images() {
    return values.length / shape.stream().reduce(1, Math::multiplyExact);
  }

  @Override
  public String toString() {
    return images() + " images of " + shape;
  }
}
