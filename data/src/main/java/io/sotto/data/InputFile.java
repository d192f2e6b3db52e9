package io.sotto.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file with inputs of a model, whichever format it has: {@link NpyFile}, or {@link IdxFile} whose
 * bytes become 0..1.
 *
 * <p><b>Security, threading.</b> As the two.
 *
 * <p><b>Failure.</b> As the two; {@link MalformedFileException} for a file of another format.
 */
public final class InputFile {
  private InputFile() {}

  /** Reads all inputs, first axis the batch. */
  public static Tensor read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (Files.isDirectory(file)) {
      throw new MalformedFileException(file + " is a directory, not a file of inputs");
    }
    if (NpyFile.looksLike(file)) {
      return NpyFile.read(file);
    }
    if (IdxFile.looksLike(file)) {
      return IdxFile.readImages(file);
    }
    throw new MalformedFileException(
        file + " is neither a NumPy .npy file nor an MNIST IDX file, gzipped or not");
  }

  /**
   * Reads the first inputs only.
   *
   * @throws IllegalArgumentException if there are fewer
   */
  public static Tensor readFirst(Path file, int count) throws IOException {
    Tensor all = read(file);
    int rows = all.shape().isEmpty() ? 0 : all.rows();
    if (count < 1 || count > rows) {
      throw new IllegalArgumentException(
          "%d images of %s asked for, which has %d".formatted(count, file, rows));
    }
    return all.slice(0, count);
  }
}
