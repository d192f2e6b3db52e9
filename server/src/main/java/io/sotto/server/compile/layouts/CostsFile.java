package io.sotto.server.compile.layouts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A machine's {@link UnitCosts} in a file, measured when there is none. */
public final class CostsFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private CostsFile() {}

  /**
   * The costs in a file, which is written if it isn't there.
   *
   * @throws IOException if it can't be read or written, in words for users
   */
  public static UnitCosts read(Path file) throws IOException {
    if (!Files.exists(file)) {
      UnitCosts measured = CostMeasurement.run();
      try {
        Files.write(file, JSON.writeValueAsBytes(measured));
      } catch (IOException e) {
        throw new IOException("the costs file " + file + " can't be written", e);
      }
      return measured;
    }
    try {
      return JSON.readValue(Files.readAllBytes(file), UnitCosts.class);
    } catch (IOException e) {
      throw new IOException(
          "the costs file %s isn't one; remove it, and it is measured again".formatted(file), e);
    }
  }
}
