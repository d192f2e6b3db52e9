package io.sotto.data;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Whatever the bytes: a tensor that is written and read back the same, or a clear refusal. */
final class NpyFileFuzzTest {
  @FuzzTest
  void read(byte[] file) throws IOException {
    Tensor tensor;
    try {
      tensor = NpyFile.read(new ByteArrayInputStream(file), file.length);
    } catch (MalformedFileException refused) {
      return;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NpyFile.write(out, tensor);
    byte[] again = out.toByteArray();
    if (!NpyFile.read(new ByteArrayInputStream(again), again.length).equals(tensor)) {
      throw new AssertionError("written and read back differs");
    }
  }
}
