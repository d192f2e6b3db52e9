package io.sotto.samples.chapters;

import io.sotto.channel.Channel;
import io.sotto.channel.InMemoryChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Server and client in two threads, with a channel in memory between them. */
final class TwoThreads {
  private TwoThreads() {}

  /** Gives what the client made, once both have come to their ends. */
  static <T> T run(Consumer<Channel> server, Function<Channel, T> client) {
    try (InMemoryChannel.Pair pair = InMemoryChannel.pair()) {
      CompletableFuture<Void> serving =
          CompletableFuture.runAsync(
              () -> {
                try (Channel channel = pair.first()) { // so that a failure ends the other side too
                  server.accept(channel);
                }
              });
      T result = client.apply(pair.second());
      serving.join();
      return result;
    } catch (CompletionException e) {
      throw new IllegalStateException("the server's side failed", e.getCause());
    }
  }
}
