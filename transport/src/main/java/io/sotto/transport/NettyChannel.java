package io.sotto.transport;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
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
import java.util.concurrent.atomic.AtomicBoolean;
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
public final class NettyChannel implements Channel {

  private final Connection connection;
  private final String peer;
  private final ChannelLimits limits;
  private final Patience incoming;
  private final Patience outgoing;
  private final InboundQueue inbound;
  private final OutboundQueue outbound;
  private final FrameDecoder decoder;

  private final AtomicBoolean closing = new AtomicBoolean();
  private final TrafficMeter meter = new TrafficMeter();
  private volatile boolean dispensable;
  private volatile boolean madeRoom;
  private volatile @Nullable ChannelException failure;

  private NettyChannel(Connection connection, String peer, ChannelLimits limits) {
    this.connection = connection;
    this.peer = peer;
    this.limits = limits;
    this.incoming = new Patience(limits.receiveTimeout(), limits.leastBytesPerSecond());
    this.outgoing = new Patience(limits.receiveTimeout(), limits.leastBytesPerSecond());
    this.inbound =
        new InboundQueue(
            limits.inboundQueueBytes(),
            incoming,
            peer,
            PooledByteBufAllocator.DEFAULT,
            connection,
            connection::bytesTaken);
    this.decoder = new FrameDecoder(inbound);
    this.outbound =
        new OutboundQueue(
            connection.socket(), peer, outgoing, connection::bytesTaken, decoder::findAbort);
  }

  /**
   * A channel over a new connection, whose handlers are set here.
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
    Connection connection = new Connection(socket, ownedThreads);
    NettyChannel channel = new NettyChannel(connection, peer, limits);
    connection.install(
        limits,
        tls,
        greeting,
        new ConnectionEvents(channel.inbound, channel.outbound, peer, tls != null));
    return channel;
  }

  /** The other side's host and port, for messages. */
  public String peer() {
    return peer;
  }

  /** What was moved so far; see {@link WireCounters} for how exact. */
  public WireCounters wireCounters() {
    return connection.wireCounters();
  }

  /** False once either side has closed; messages that came before can still be received. */
  public boolean isOpen() {
    return !closing.get() && outbound.isOpen();
  }

  InboundQueue inbound() {
    return inbound;
  }

  @Override
  public void send(MessageKind kind, ByteBuffer payload) {
    int length = payload.remaining();
    kind.requireSendable(length);
    requireAlive();
    try {
      outbound.put(kind, payload);
    } catch (ChannelException e) {
      throw failed(e);
    }
    meter.sent(length);
  }

  @Override
  public void receive(MessageKind kind, ByteBuffer destination) {
    int bytes = destination.remaining();
    kind.requireReceivable(bytes);
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
    kind.requireReceivable(maxBytes);
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
    outbound.ship();
  }

  @Override
  public void flush() {
    requireAlive();
    outbound.ship();
  }

  @Override
  public Traffic traffic() {
    return meter.traffic();
  }

  @Override
  public void abort(AbortReason reason) {
    startClose(reason, false);
    connection.awaitClosed();
  }

  @Override
  public void close() {
    startClose(null, true);
    connection.awaitClosed();
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
    inbound.end(OutboundQueue.closedHere(peer));
    outbound.close(reason);
    inbound.discard();
    if (deliver) {
      outbound.awaitDelivery(limits.closeTimeout());
    }
    connection.close();
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
      throw OutboundQueue.closedHere(peer);
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
}
