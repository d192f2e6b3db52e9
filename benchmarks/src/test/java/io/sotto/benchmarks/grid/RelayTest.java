package io.sotto.benchmarks.grid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RelayTest {
  @Test
  void bytesArriveWholeAndNotBeforeTheirTime() throws Exception {
    byte[] sent = new byte[200_000];
    new Random(20261121).nextBytes(sent);
    double delayMillis = 30;
    double megabits = 16;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Relay relay = new Relay(server.getLocalPort(), delayMillis, megabits)) {
      CompletableFuture<byte[]> received =
          CompletableFuture.supplyAsync(
              () -> {
                try (Socket socket = server.accept()) {
                  return socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      long start = System.nanoTime();
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), relay.port())) {
        client.getOutputStream().write(sent);
      }
      assertThat(received.get()).isEqualTo(sent);
      double least = delayMillis / 1e3 + sent.length * 8 / (megabits * 1e6);
      assertThat((System.nanoTime() - start) / 1e9).isGreaterThan(0.99 * least);
    }
  }
}
