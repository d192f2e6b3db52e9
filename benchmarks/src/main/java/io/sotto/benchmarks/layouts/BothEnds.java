package io.sotto.benchmarks.layouts;

import io.sotto.channel.Channel;
import io.sotto.transport.ChannelLimits;
import io.sotto.transport.ConnectorOptions;
import io.sotto.transport.ListenerOptions;
import io.sotto.transport.NettyChannel;
import io.sotto.transport.ServerIdentity;
import io.sotto.transport.ServerTrust;
import io.sotto.transport.SottoConnector;
import io.sotto.transport.SottoListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A connection by TLS of this process with itself. */
final class BothEnds implements AutoCloseable {
  private static final String HOST = "localhost";

  /** A process that was stopped for a while goes on. */
  private static final ChannelLimits PATIENT =
      ChannelLimits.DEFAULT.withReceiveTimeout(Duration.ofMinutes(10));

  private final CompletableFuture<NettyChannel> accepted = new CompletableFuture<>();
  private final CountDownLatch done = new CountDownLatch(1);
  private final SottoListener listener;
  private final NettyChannel client;

  BothEnds() {
    ServerIdentity identity = ServerIdentity.loadOrCreate(ServerIdentity.defaultDirectory());
    listener =
        SottoListener.bind(
            HOST,
            0,
            identity,
            ListenerOptions.defaults().withLimits(PATIENT),
            (channel, peer) -> accept(channel));
    try {
      client =
          SottoConnector.connect(
              HOST,
              listener.port(),
              ServerTrust.pinned(identity.fingerprint()),
              ConnectorOptions.defaults().withLimits(PATIENT));
    } catch (RuntimeException e) {
      listener.close();
      throw e;
    }
  }

  private void accept(NettyChannel channel) {
    accepted.complete(channel);
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Channel client() {
    return client;
  }

  Channel server() {
    return accepted.join();
  }

  @Override
  public void close() {
    done.countDown();
    client.close();
    listener.close();
  }
}
