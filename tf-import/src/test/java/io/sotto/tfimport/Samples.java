package io.sotto.tfimport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The models, inputs and outputs of the samples' folder. */
final class Samples {
  private static final Path ROOT = Path.of("..", "samples");

  private Samples() {}

  static Path tiny(String name) {
    return ROOT.resolve("models/tiny").resolve(name).resolve("saved_model");
  }

  static float[] tinyInput(String name) {
    return npy(tiny(name).resolveSibling("input.npy"));
  }

  static float[] tinyExpected(String name) {
    return npy(tiny(name).resolveSibling("expected.npy"));
  }

  /** The names of the zoo's models. */
  static List<String> zoo() {
    try (Stream<Path> models = Files.list(ROOT.resolve("models/zoo"))) {
      return models
          .filter(Files::isDirectory)
          .map(model -> model.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path zoo(String name) {
    return ROOT.resolve("models/zoo").resolve(name).resolve("saved_model");
  }

  /** An input or an expected output; files bear a tensor's name where there are several. */
  static float[] zooFile(String name, String stem, int tensors, String tensor) {
    String file = tensors == 1 ? stem + ".npy" : "%s-%s.npy".formatted(stem, tensor);
    return npy(zoo(name).resolveSibling(file));
  }

  /** A Keras model saved by tf.saved_model.save; its input and expected output lie beside it. */
  static Path kerasSaved() {
    return Path.of("src/test/resources/keras-saved/saved_model");
  }

  static Path mnist() {
    return ROOT.resolve("models/mnist-cryptonets-relu/saved_model");
  }

  /** TensorFlow 2.21's logits of the first test images. */
  static float[] mnistLogits() {
    return npy(ROOT.resolve("fixtures/mnist-cryptonets-relu-logits.npy"));
  }

  /** The first test images, pixels from 0 to 1. */
  static float[] mnistImages(int count) {
    Path file = ROOT.resolve("data/t10k-images-idx3-ubyte.gz");
    try (GZIPInputStream stream = new GZIPInputStream(Files.newInputStream(file))) {
      stream.skipNBytes(16);
      byte[] bytes = stream.readNBytes(count * 28 * 28);
      float[] images = new float[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        images[i] = (bytes[i] & 0xff) / 255f;
      }
      return images;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The values of a NumPy file of little-endian float32 in C order, version 1. */
  static float[] npy(Path file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int headerBytes = bytes.getShort(8);
      String header =
          new String(
              Arrays.copyOfRange(bytes.array(), 10, 10 + headerBytes), StandardCharsets.US_ASCII);
      if (!header.contains("'<f4'") || !header.contains("'fortran_order': False")) {
        throw new IllegalArgumentException(file + " has header " + header);
      }
      float[] values = new float[(bytes.capacity() - 10 - headerBytes) / Float.BYTES];
      bytes
          .position(10 + headerBytes)
          .slice()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
