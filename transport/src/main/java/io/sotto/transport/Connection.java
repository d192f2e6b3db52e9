package io.sotto.transport;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The socket under a {@link NettyChannel}: its options, the handlers that bytes pass, what was
 * counted on their way, and the socket's end.
 *
 * <p><b>Threading.</b> Any thread; {@link #pause} on the connection's own.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is seen
final class Connection implements InboundQueue.Reading {

  /** How long what was still to be sent has for it before a close. */
  private static final int CLOSE_FLUSH_MILLIS = 3000;

  private final SocketChannel socket;
  private final @Nullable EventLoopGroup ownedThreads;
  private final ByteCounter socketCounter = new ByteCounter();
  private final ByteCounter streamCounter = new ByteCounter();
  private volatile boolean paused;

  /**
   * Takes a socket over.
   *
   * @param ownedThreads to be shut down with the connection, or null
   */
  Connection(SocketChannel socket, @Nullable EventLoopGroup ownedThreads) {
    this.socket = socket;
    this.ownedThreads = ownedThreads;
  }

  /** Sets the options and the handlers, from the socket up. */
  void install(
      ChannelLimits limits,
      @Nullable SslHandler tls,
      GreetingHandler greeting,
      ChannelHandler top) {
    SocketChannelConfig config = socket.config();
    config.setAllocator(PooledByteBufAllocator.DEFAULT);
    config.setOption(ChannelOption.TCP_NODELAY, true);
    config.setOption(ChannelOption.SO_KEEPALIVE, true);
    config.setWriteBufferWaterMark(
        new WriteBufferWaterMark(limits.outboundQueueBytes() / 2, limits.outboundQueueBytes()));
    ChannelPipeline pipeline = socket.pipeline();
    pipeline.addLast("socketCounter", socketCounter);
    new OrderlyClose().addTo(pipeline);
    if (tls != null) {
      tls.setHandshakeTimeoutMillis(0); // the greeting's timeout covers it
      tls.setCloseNotifyFlushTimeoutMillis(CLOSE_FLUSH_MILLIS);
      pipeline.addLast("tls", tls);
    }
    pipeline.addLast("greeting", greeting);
    pipeline.addLast("streamCounter", streamCounter);
    pipeline.addLast("frames", top);
    EventLoopGroup threads = ownedThreads;
    if (threads != null) {
      socket.closeFuture().addListener(closed -> OrderlyClose.shutDown(threads));
    }
  }

  SocketChannel socket() {
    return socket;
  }

  /** Bytes that the peer has taken so far. */
  long bytesTaken() {
    return socketCounter.sent();
  }

  WireCounters wireCounters() {
    return new WireCounters(
        socketCounter.sent(),
        socketCounter.received(),
        streamCounter.sent(),
        streamCounter.received());
  }

  @Override
  public void pause() {
    paused = true;
    socket.config().setAutoRead(false);
  }

  /**
   * On the I/O thread, as the pausing is: a read that was asked for from elsewhere could be carried
   * out after the next pause and take the queue past its bound.
   */
  @Override
  public void resume() {
    paused = false;
    try {
      socket
          .eventLoop()
          .execute(
              () -> {
                if (!paused) {
                  socket.config().setAutoRead(true);
                }
              });
    } catch (RejectedExecutionException gone) {
      // The connection and its thread have ended: there is nothing more to read.
    }
  }

  /** Begins to close. */
  void close() {
    socket.close();
  }

  /** Returns when the connection is closed and the counters are final, or after some seconds. */
  void awaitClosed() {
    long deadline =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(CLOSE_FLUSH_MILLIS + 2L * OrderlyClose.WAIT_MILLIS);
    OrderlyClose.await(socket.closeFuture(), socket, deadline);
    if (ownedThreads != null) {
      OrderlyClose.await(ownedThreads.terminationFuture(), socket, deadline);
    }
  }
}
