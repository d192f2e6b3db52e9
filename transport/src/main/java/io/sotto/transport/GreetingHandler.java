package io.sotto.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes in each direction, which tell whether the other end is a Sotto of the same
 * version. It waits for TLS, exchanges the greeting within the handshake timeout, and removes
 * itself. Both greetings have one form: magic (5), version (2, little endian), and a byte that is
 * the status in the server's and zero in the client's.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is seen
abstract class GreetingHandler extends ChannelInboundHandlerAdapter {

  static final int VERSION = 6;
  static final int BYTES = 8;

  private static final byte[] MAGIC = "SOTTO".getBytes(StandardCharsets.US_ASCII);

  private final boolean tls;
  private final Duration timeout;
  private final byte[] received = new byte[BYTES];
  private int count;
  private boolean over;
  private @Nullable Future<?> timer;

  GreetingHandler(boolean tls, Duration timeout) {
    this.tls = tls;
    this.timeout = timeout;
  }

  /** The connection is secured: now, or by TLS a little later. */
  abstract void secured(ChannelHandlerContext ctx);

  /** The other side's greeting is here. True if frames follow, false to close. */
  abstract boolean greeted(ChannelHandlerContext ctx, int version, int lastByte);

  /**
   * There will be no greeting. The connection is being closed.
   *
   * @param cause what was caught, or null if the other side closed
   */
  abstract void failed(ChannelHandlerContext ctx, Failure failure, @Nullable Throwable cause);

  enum Failure {
    TLS,
    NOT_SOTTO,
    TIMEOUT,
    EVICTED,
    CLOSED
  }

  final void send(ChannelHandlerContext ctx, int version, int lastByte) {
    ByteBuf greeting = ctx.alloc().buffer(BYTES, BYTES);
    greeting.writeBytes(MAGIC).writeShortLE(version).writeByte(lastByte);
    ctx.writeAndFlush(greeting);
  }

  /** What has come so far. */
  final byte[] received() {
    return Arrays.copyOf(received, count);
  }

  private void fail(ChannelHandlerContext ctx, Failure failure, @Nullable Throwable cause) {
    if (!over) {
      finish();
      failed(ctx, failure, cause);
      ctx.channel().close();
    }
  }

  /** Closes a connection that must leave for another, at once and without a word. On any thread. */
  final void evict(Channel socket) {
    socket
        .eventLoop()
        .execute(
            () -> {
              ChannelHandlerContext ctx = socket.pipeline().context(this);
              if (ctx == null) {
                return; // it has greeted meanwhile
              }
              if (!over) {
                finish();
                failed(ctx, Failure.EVICTED, null);
              }
              OrderlyClose.atOnce(socket);
            });
  }

  private void finish() {
    over = true;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    timer =
        ctx.executor()
            .schedule(
                () -> fail(ctx, Failure.TIMEOUT, null), timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (!tls) {
      secured(ctx);
    }
    ctx.fireChannelActive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        secured(ctx);
      } else {
        fail(ctx, Failure.TLS, handshake.cause());
      }
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    boolean welcome = false;
    try {
      welcome = read(ctx, bytes);
    } finally {
      if (welcome && bytes.isReadable()) {
        ctx.fireChannelRead(bytes);
      } else {
        bytes.release();
      }
    }
    if (welcome) {
      ctx.pipeline().remove(this);
    }
  }

  private boolean read(ChannelHandlerContext ctx, ByteBuf bytes) {
    while (!over && count < BYTES && bytes.isReadable()) {
      byte next = bytes.readByte();
      received[count++] = next;
      if (count <= MAGIC.length && next != MAGIC[count - 1]) {
        fail(ctx, Failure.NOT_SOTTO, null);
      }
    }
    if (over || count < BYTES) {
      return false;
    }
    finish();
    int version = Byte.toUnsignedInt(received[5]) | Byte.toUnsignedInt(received[6]) << 8;
    if (!greeted(ctx, version, Byte.toUnsignedInt(received[7]))) {
      ctx.channel().close();
      return false;
    }
    return true;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ctx, Failure.CLOSED, null);
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (over) {
      ctx.fireExceptionCaught(cause);
    } else {
      fail(ctx, tls ? Failure.TLS : Failure.CLOSED, cause);
    }
  }
}
