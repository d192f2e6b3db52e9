package io.sotto.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection in good order: says that nothing more comes, and lets the peer do the same
 * before the socket is closed. Closed at once with bytes unread, the kernel would reset the
 * connection, and what was sent last (an abort, say) might never be read. TLS's own goodbye is sent
 * above this handler, which doesn't wait for the peer's: BoringSSL's engine takes any bytes that
 * come after ours for it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is seen
final class OrderlyClose extends ChannelDuplexHandler {
  /** How long the peer has to close, too. */
  static final int WAIT_MILLIS = 2000;

  private static final String NAME = "close";

  private boolean closing;

  void addTo(ChannelPipeline pipeline) {
    pipeline.addLast(NAME, this);
  }

  /** Closes a connection without its good order, which a peer can draw out for some seconds. */
  static void atOnce(Channel socket) {
    ChannelHandlerContext ctx = socket.pipeline().context(NAME);
    if (ctx != null) {
      ctx.close();
    }
  }

  /** Ends threads whose connections are closed, or as good as that. */
  static void shutDown(EventLoopGroup threads) {
    threads.shutdownGracefully(0, WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Waits for a part of a connection's end; not on the connection's own thread, which does it. */
  static void await(Future<?> end, Channel socket, long deadline) {
    if (!socket.eventLoop().inEventLoop()) {
      end.awaitUninterruptibly(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (!ctx.channel().isActive()) {
      ctx.close(promise);
      return;
    }
    ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
    if (closing) {
      return;
    }
    closing = true;
    Future<?> giveUp =
        ctx.executor()
            .schedule(
                () -> {
                  ctx.close();
                },
                WAIT_MILLIS,
                TimeUnit.MILLISECONDS);
    ctx.channel().closeFuture().addListener(closed -> giveUp.cancel(false));
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(flushed -> ((DuplexChannel) ctx.channel()).shutdownOutput());
  }
}
