package io.sotto.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.sotto.channel.AbortReason;
import io.sotto.channel.Channel;
import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.ChannelException;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerAbortException;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.channel.TrafficMeter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Channel} over a TCP connection, by TLS 1.3 unless it was made insecure by name.
 *
 * <p><b>Security.</b> As {@link Channel}. The peer makes this side hold at most {@link
 * ChannelLimits#inboundQueueBytes} (about twice that in memory), whatever it sends, and keeps it
 * waiting no longer than the limits say, whether it is silent, slow to send, slow to take, or slow
 * to close.
 *
 * <p><b>Threading.</b> As {@link Channel}: one session's thread sends and receives, and does all
 * work on frames; I/O threads move bytes. {@link #abort}, {@link #close}, {@link #traffic} and
 * {@link #wireCounters} may be called from any thread. {@code close} and {@code abort} return when
 * the connection is closed, which takes a round trip, and at most a few seconds with a peer that
 * doesn't answer; {@code close} first delivers what was sent, for which there is a limit, too.
 *
 * <p><b>Failure.</b> As {@link Channel}. A violation found in {@code receive} is told to the peer
 * before it is thrown.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is seen
public final class NettyChannel implements Channel {

  /** How long the peer has to close, too. */
  static final int CLOSE_WAIT_MILLIS = 2000;

  /** How long what was still to be sent has for it before a close. */
  private static final int CLOSE_FLUSH_MILLIS = 3000;

  /** How long {@code close} waits for a peer that takes nothing of what is still to be sent. */
  private static final int CLOSE_STALL_MILLIS = 10_000;

  private static final int BATCH_BYTES = 256 * 1024;

  /** Batches that are used again once the socket has taken them. */
  private static final int KEPT_BATCHES = 16;

  private final SocketChannel socket;
  private final String peer;
  private final ChannelLimits limits;
  private final @Nullable EventLoopGroup ownedThreads;
  private final ByteCounter socketCounter = new ByteCounter();
  private final ByteCounter streamCounter = new ByteCounter();
  private final Patience incoming;
  private final Patience outgoing;
  private final InboundQueue inbound;
  private final FrameDecoder decoder;

  /** Owns all of a batch's making; never taken by an I/O thread. */
  private final ReentrantLock sending = new ReentrantLock();

  private @Nullable ByteBuf batch;
  private final List<ByteBuf> keptBatches = new ArrayList<>();
  private int nextKept;
  private boolean midFrame;
  private @Nullable ChannelFuture lastWrite;

  private final Object writable = new Object();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final TrafficMeter meter = new TrafficMeter();
  private volatile boolean connectionLost;
  private volatile boolean dispensable;
  private volatile boolean madeRoom;
  private volatile @Nullable ChannelException failure;

  private NettyChannel(
      SocketChannel socket,
      String peer,
      ChannelLimits limits,
      @Nullable EventLoopGroup ownedThreads) {
    this.socket = socket;
    this.peer = peer;
    this.limits = limits;
    this.ownedThreads = ownedThreads;
    this.incoming = new Patience(limits.receiveTimeout(), limits.leastBytesPerSecond());
    this.outgoing = new Patience(limits.receiveTimeout(), limits.leastBytesPerSecond());
    this.inbound =
        new InboundQueue(
            limits.inboundQueueBytes(),
            incoming,
            peer,
            PooledByteBufAllocator.DEFAULT,
            new InboundQueue.Flow() {
              @Override
              public void pause() {
                socket.config().setAutoRead(false);
              }

              @Override
              public void resume() {
                resumeReading();
              }

              @Override
              public long taken() {
                return socketCounter.sent();
              }
            });
    this.decoder = new FrameDecoder(inbound);
  }

  /**
   * Builds the pipeline of a new connection.
   *
   * @param ownedThreads to be shut down with the connection, or null
   */
  static NettyChannel install(
      SocketChannel socket,
      String peer,
      ChannelLimits limits,
      @Nullable EventLoopGroup ownedThreads,
      @Nullable SslHandler tls,
      GreetingHandler greeting) {
    NettyChannel channel = new NettyChannel(socket, peer, limits, ownedThreads);
    socket.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    socket.config().setOption(ChannelOption.TCP_NODELAY, true);
    socket.config().setOption(ChannelOption.SO_KEEPALIVE, true);
    socket
        .config()
        .setWriteBufferWaterMark(
            new WriteBufferWaterMark(limits.outboundQueueBytes() / 2, limits.outboundQueueBytes()));
    ChannelPipeline pipeline = socket.pipeline();
    pipeline.addLast("socketCounter", channel.socketCounter);
    new OrderlyClose().addTo(pipeline);
    if (tls != null) {
      tls.setHandshakeTimeoutMillis(0); // the greeting's timeout covers it
      tls.setCloseNotifyFlushTimeoutMillis(CLOSE_FLUSH_MILLIS);
      pipeline.addLast("tls", tls);
    }
    pipeline.addLast("greeting", greeting);
    pipeline.addLast("streamCounter", channel.streamCounter);
    pipeline.addLast("frames", channel.new Frames());
    if (ownedThreads != null) {
      socket
          .closeFuture()
          .addListener(
              closed ->
                  ownedThreads.shutdownGracefully(0, CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS));
    }
    return channel;
  }

  /** The other side's host and port, for messages. */
  public String peer() {
    return peer;
  }

  /** What was moved so far; see {@link WireCounters} for how exact. */
  public WireCounters wireCounters() {
    return new WireCounters(
        socketCounter.sent(),
        socketCounter.received(),
        streamCounter.sent(),
        streamCounter.received());
  }

  /** False once either side has closed; messages that came before can still be received. */
  public boolean isOpen() {
    return !closing.get() && !connectionLost;
  }

  /**
   * On the I/O thread, as the pausing is: a read that was asked for from elsewhere could be carried
   * out after the next pause and take the queue past its bound.
   */
  private void resumeReading() {
    try {
      socket
          .eventLoop()
          .execute(
              () -> {
                if (!inbound.isPaused()) {
                  socket.config().setAutoRead(true);
                }
              });
    } catch (RejectedExecutionException gone) {
      // The connection and its thread have ended: there is nothing more to read.
    }
  }

  InboundQueue inbound() {
    return inbound;
  }

  io.netty.channel.Channel socket() {
    return socket;
  }

  @Override
  public void send(MessageKind kind, ByteBuffer payload) {
    int length = payload.remaining();
    if (kind.code() == MessageKind.ABORT.code()) {
      throw new IllegalArgumentException(
          "message " + kind.name() + " has code 1, which is the abort's; call abort()");
    }
    if (length > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          ("message " + kind.name() + " of " + length + " bytes is longer than ")
              + (MAX_PAYLOAD_BYTES + "; send it in parts"));
    }
    requireAlive();
    sending.lock();
    try {
      if (closing.get()) { // again, under the lock: after a close nobody would release a new batch
        throw new ChannelClosedException("the connection to " + peer + " was closed here");
      }
      putHeader(room(HEADER_BYTES), kind, length);
      midFrame = true;
      while (payload.hasRemaining()) {
        ByteBuf space = room(1);
        int size = Math.min(space.writableBytes(), payload.remaining());
        int limit = payload.limit();
        space.writeBytes(payload.limit(payload.position() + size));
        payload.limit(limit);
      }
      midFrame = false;
    } catch (ChannelException e) {
      throw failed(e);
    } finally {
      sending.unlock();
    }
    meter.sent(length);
  }

  @Override
  public void receive(MessageKind kind, ByteBuffer destination) {
    if (destination.remaining() > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          ("a message " + kind.name() + " of " + destination.remaining() + " bytes can't be: ")
              + ("the longest has " + MAX_PAYLOAD_BYTES));
    }
    int bytes = destination.remaining();
    beforeReceive();
    try {
      decoder.next(kind, destination);
      incoming.message();
      meter.received(bytes);
    } catch (ChannelException e) {
      throw failed(e);
    }
  }

  @Override
  public ByteBuffer receive(MessageKind kind, int maxBytes) {
    if (maxBytes < 0 || maxBytes > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          ("at most " + maxBytes + " bytes for a message " + kind.name() + " are not within 0..")
              + MAX_PAYLOAD_BYTES);
    }
    beforeReceive();
    try {
      ByteBuffer payload = decoder.next(kind, maxBytes);
      incoming.message();
      meter.received(payload.remaining());
      return payload;
    } catch (ChannelException e) {
      throw failed(e);
    }
  }

  /**
   * From now on, and until {@link #endDeadline}, no wait for the peer goes on after this time,
   * however the peer spreads what it does. As in {@link #awaitMessage} a long wait may end earlier.
   *
   * @param what the peer has to complete, for the message
   */
  public void startDeadline(Duration length, String what) {
    long now = System.nanoTime();
    incoming.startDeadline(length, what, now);
    outgoing.startDeadline(length, what, now);
    dispensable = true;
  }

  /** Ends what {@link #startDeadline} started. */
  public void endDeadline() {
    incoming.endDeadline();
    outgoing.endDeadline();
    dispensable = false;
  }

  /**
   * Waits for the next message to begin, where a peer may be silent for longer than it may within
   * an exchange. A listener whose places are all taken ends this wait, if it has been long, so that
   * another client is served; the peer is then told that this side is busy.
   *
   * @param limit instead of {@link ChannelLimits#receiveTimeout}
   */
  public void awaitMessage(Duration limit) {
    beforeReceive();
    dispensable = true;
    try {
      outgoing.refill();
      inbound.awaitAny(limit);
    } catch (ChannelException e) {
      throw failed(e);
    } finally {
      dispensable = false;
    }
  }

  /** How long this side has been waiting for a peer to whom it owes nothing; 0 if it isn't. */
  long idleNanos() {
    return dispensable ? inbound.waitingNanos() : 0;
  }

  /** Ends the session's wait; its own thread then tells the peer and closes. From any thread. */
  void makeRoom() {
    madeRoom = true;
    inbound.end(
        new ChannelClosedException(
            peer + " left this side idle, and another client takes its place"));
  }

  private void beforeReceive() {
    requireAlive();
    shipBatch();
  }

  @Override
  public void flush() {
    requireAlive();
    shipBatch();
  }

  /** What can't be sent any more isn't a failure yet: what the peer said last may still be here. */
  private void shipBatch() {
    sending.lock();
    try {
      ByteBuf full = batch;
      if (full != null) {
        batch = null;
        lastWrite = socket.writeAndFlush(full);
      }
    } finally {
      sending.unlock();
    }
  }

  @Override
  public Traffic traffic() {
    return meter.traffic();
  }

  @Override
  public void abort(AbortReason reason) {
    startClose(reason, false);
    awaitClosed();
  }

  @Override
  public void close() {
    startClose(null, true);
    awaitClosed();
  }

  /**
   * Begins to close, with a word to the peer or without, and doesn't wait for the end of it.
   *
   * @param deliver first waits for everything sent to be taken, as long as the peer takes some
   */
  void startClose(@Nullable AbortReason reason, boolean deliver) {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    inbound.end(new ChannelClosedException("the connection to " + peer + " was closed here"));
    wakeSender();
    sending.lock();
    try {
      if (reason != null && !midFrame && !connectionLost) {
        if (batch == null || batch.writableBytes() < HEADER_BYTES + 1) {
          shipBatch();
          batch = newBatch();
        }
        putHeader(batch, MessageKind.ABORT, 1);
        batch.writeByte(reason.code());
      }
      shipBatch();
      keptBatches.forEach(ByteBuf::release);
      keptBatches.clear();
    } finally {
      sending.unlock();
    }
    inbound.discard();
    if (deliver) {
      awaitDelivery();
    }
    socket.close();
  }

  private void awaitDelivery() {
    ChannelFuture last = lastWrite;
    if (last == null) {
      return;
    }
    boolean interrupted = false;
    long end = System.nanoTime() + limits.closeTimeout().toNanos();
    long taken;
    do {
      taken = socketCounter.sent();
      long stalled = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_STALL_MILLIS);
      interrupted |= await(last, stalled - end < 0 ? stalled : end);
    } while (!last.isDone() && socketCounter.sent() != taken && System.nanoTime() - end < 0);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when the connection is closed and the counters are final. */
  private void awaitClosed() {
    boolean interrupted = false;
    long deadline =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(CLOSE_FLUSH_MILLIS + 2L * CLOSE_WAIT_MILLIS);
    interrupted |= await(socket.closeFuture(), deadline);
    if (ownedThreads != null) {
      interrupted |= await(ownedThreads.terminationFuture(), deadline);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean await(Future<?> future, long deadline) {
    boolean interrupted = false;
    while (!future.isDone() && !socket.eventLoop().inEventLoop()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        break;
      }
      try {
        future.await(left, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }

  private void requireAlive() {
    ChannelException earlier = failure;
    if (earlier instanceof PeerAbortException abort) {
      throw new PeerAbortException(abort.reason());
    }
    if (earlier != null) {
      throw new ChannelClosedException("the session has ended: " + earlier.getMessage(), earlier);
    }
    if (closing.get()) {
      throw new ChannelClosedException("the connection to " + peer + " was closed here");
    }
  }

  private ChannelException failed(ChannelException e) {
    failure = e;
    startClose(reason(e), false);
    return e;
  }

  /** What the peer is told. */
  private @Nullable AbortReason reason(ChannelException e) {
    if (e instanceof PeerViolationException) {
      return AbortReason.PROTOCOL_VIOLATION;
    }
    return madeRoom ? AbortReason.BUSY : null;
  }

  /**
   * Space for at least so many bytes, waiting until the socket has taken enough of what came
   * before.
   */
  private ByteBuf room(int bytes) {
    ByteBuf current = batch;
    if (current == null || current.writableBytes() < bytes) {
      shipBatch();
      awaitWritable();
      current = newBatch();
      batch = current;
    }
    return current;
  }

  private void awaitWritable() {
    if (socket.isWritable() && isOpen()) {
      return;
    }
    long taken = socketCounter.sent();
    outgoing.begin(System.nanoTime());
    try {
      synchronized (writable) {
        while (!socket.isWritable() || !isOpen()) {
          requireConnection();
          long sent = socketCounter.sent();
          long now = System.nanoTime();
          if (sent != taken) {
            outgoing.moved(sent - taken, now);
            taken = sent;
          }
          long left = outgoing.left(now);
          if (left <= 0) {
            throw outgoing.over(peer, "took", now);
          }
          TimeUnit.NANOSECONDS.timedWait(writable, left);
        }
      }
      outgoing.moved(socketCounter.sent() - taken, System.nanoTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChannelClosedException("interrupted while sending to " + peer, e);
    } finally {
      outgoing.end(System.nanoTime());
    }
  }

  private void requireConnection() {
    if (closing.get()) {
      throw new ChannelClosedException("the connection to " + peer + " was closed here");
    }
    if (connectionLost) {
      PeerAbortException abort = decoder.findAbort();
      if (abort != null) {
        throw abort;
      }
      throw new ChannelClosedException("the connection to " + peer + " was lost while sending");
    }
  }

  private void wakeSender() {
    synchronized (writable) {
      writable.notifyAll();
    }
  }

  /** An empty batch: one that was sent before, if the socket has done with it. */
  private ByteBuf newBatch() {
    for (int i = 0; i < keptBatches.size(); i++) {
      nextKept = (nextKept + 1) % keptBatches.size();
      ByteBuf kept = keptBatches.get(nextKept);
      if (kept.refCnt() == 1) {
        return kept.clear().retain();
      }
    }
    ByteBuf fresh = socket.alloc().directBuffer(BATCH_BYTES, BATCH_BYTES);
    if (keptBatches.size() < KEPT_BATCHES && !closing.get()) {
      keptBatches.add(fresh.retain());
    }
    return fresh;
  }

  private static void putHeader(ByteBuf out, MessageKind kind, int length) {
    out.writeIntLE(length);
    out.writeByte(kind.code());
  }

  /** The upper end of the pipeline. */
  private final class Frames extends ChannelInboundHandlerAdapter {
    private @Nullable Throwable cause;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      inbound.offer((ByteBuf) message);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      wakeSender();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == SslCloseCompletionEvent.SUCCESS && !closing.get()) {
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
      if (socket.pipeline().get("tls") == null && cause == null) {
        lost("closed the connection");
      } else {
        lost("is gone: the connection broke");
      }
    }

    private void lost(String what) {
      inbound.end(new ChannelClosedException(peer + " " + what, cause));
      connectionLost = true;
      wakeSender();
    }
  }
}
