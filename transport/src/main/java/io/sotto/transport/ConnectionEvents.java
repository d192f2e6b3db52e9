package io.sotto.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.sotto.channel.ChannelClosedException;
import org.jspecify.annotations.Nullable;

/**
 * The upper end of a connection's handlers: gives what comes to the inbound queue, wakes a sender
 * that waits, and tells both queues when the connection has ended.
 *
 * <p><b>Threading.</b> The connection's I/O thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is seen
final class ConnectionEvents extends ChannelInboundHandlerAdapter {
  private final InboundQueue inbound;
  private final OutboundQueue outbound;
  private final String peer;
  private final boolean tls;
  private @Nullable Throwable cause;

  ConnectionEvents(InboundQueue inbound, OutboundQueue outbound, String peer, boolean tls) {
    this.inbound = inbound;
    this.outbound = outbound;
    this.peer = peer;
    this.tls = tls;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    inbound.offer((ByteBuf) message);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    outbound.wake();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == SslCloseCompletionEvent.SUCCESS && outbound.isOpen()) {
      lost("closed the connection");
      ctx.channel().close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable e) {
    cause = cause == null ? e : cause;
    ctx.channel().close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    // Without TLS an end in good order looks like any other.
    lost(!tls && cause == null ? "closed the connection" : "is gone: the connection broke");
  }

  private void lost(String what) {
    inbound.end(new ChannelClosedException(peer + " " + what, cause));
    outbound.lose();
  }
}
