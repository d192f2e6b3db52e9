package io.sotto.samples.chapters;

import io.sotto.client.SottoClient;
import io.sotto.data.IdxFile;
import io.sotto.data.Tensor;
import io.sotto.samples.MnistSample;
import io.sotto.samples.SottoProcesses;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;

/**
 * Chapter 1: a client predicts. The server is another process, {@code ./sotto serve}; on another
 * machine nothing would be different but its name.
 */
final class Chapter1Predict implements Chapter {
  private static final int IMAGES = 6;

  @Override
  public void tell(PrintWriter out) throws IOException, InterruptedException {
    MnistSample sample = MnistSample.at(null);
    Tensor images = IdxFile.readImages(sample.imagesFile()).slice(0, IMAGES);
    try (SottoProcesses processes = new SottoProcesses(sample.launcher())) {
      SottoProcesses.Server server = processes.startServer(sample.modelDirectory(), List.of());
      try (SottoClient client =
          SottoClient.builder("localhost", server.port())
              .trustFingerprint(server.fingerprint())
              .connect()) {
        out.printf(
            "The model takes %s numbers and gives %s.%n",
            client.model().inputShape(), client.model().outputShape());
        Tensor once = client.predict(images).outputs();
        for (int image = 0; image < IMAGES; image++) {
          out.printf("image %d is a %d%n", image, once.argMax()[image]);
        }
        Tensor again = client.predict(images).outputs();
        out.printf(
            "Asked again, the answer is the same to the last bit: %s%n",
            Arrays.equals(once.values(), again.values()) ? "yes" : "no");
      }
    }
  }
}
