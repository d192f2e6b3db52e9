package io.sotto.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes that pass its place in the pipeline, outbound ones when the socket has taken
 * them.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is seen
final class ByteCounter extends ChannelDuplexHandler {
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();

  long received() {
    return received.get();
  }

  long sent() {
    return sent.get();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    received.addAndGet(((ByteBuf) message).readableBytes());
    ctx.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    int bytes = ((ByteBuf) message).readableBytes();
    ChannelPromise taken = promise.unvoid();
    taken.addListener(
        result -> {
          if (result.isSuccess()) {
            sent.addAndGet(bytes);
          }
        });
    ctx.write(message, taken);
  }
}
