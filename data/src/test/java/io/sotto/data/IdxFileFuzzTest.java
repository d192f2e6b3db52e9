package io.sotto.data;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Whatever the bytes: images within 0..1, labels within 0..255, or a clear refusal. */
final class IdxFileFuzzTest {
  @FuzzTest
  void readImages(byte[] file) throws IOException {
    Tensor images;
    try {
      images = IdxFile.readImages(new ByteArrayInputStream(file), IdxFile.Scale.UNIT);
    } catch (MalformedFileException refused) {
      return;
    }
    for (float pixel : images.values()) {
      if (!(pixel >= 0 && pixel <= 1)) {
        throw new AssertionError("a pixel is " + pixel);
      }
    }
  }

  @FuzzTest
  void readLabels(byte[] file) throws IOException {
    int[] labels;
    try {
      labels = IdxFile.readLabels(new ByteArrayInputStream(file));
    } catch (MalformedFileException refused) {
      return;
    }
    for (int label : labels) {
      if (label < 0 || label > 255) {
        throw new AssertionError("a label is " + label);
      }
    }
  }
}
