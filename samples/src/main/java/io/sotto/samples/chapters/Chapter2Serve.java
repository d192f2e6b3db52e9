package io.sotto.samples.chapters;

import io.sotto.client.SottoClient;
import io.sotto.data.IdxFile;
import io.sotto.data.Tensor;
import io.sotto.samples.MnistSample;
import io.sotto.server.ServerConfig;
import io.sotto.server.ServerSettings;
import io.sotto.server.SottoServer;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * Chapter 2: a server in your own process. It makes itself a certificate the first time and keeps
 * it in your home; a client of the same user on the same machine trusts it.
 */
final class Chapter2Serve implements Chapter {
  @Override
  public void tell(PrintWriter out) throws IOException {
    MnistSample sample = MnistSample.at(null);
    ServerConfig config =
        ServerConfig.builder()
            .set(ServerSettings.MODEL_DIRECTORY, sample.modelDirectory())
            .set(ServerSettings.PORT, 0) // any that is free
            .build();
    Tensor image = IdxFile.readImages(sample.imagesFile()).slice(0, 1);
    try (SottoServer server = SottoServer.builder(config).start();
        SottoClient client = SottoClient.connect("localhost", server.port())) {
      out.printf("The plan has %d steps.%n", server.plan().steps().size());
      out.printf("image 0 is a %d%n", client.predict(image).outputs().argMax()[0]);
    }
  }
}
