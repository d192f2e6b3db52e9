package io.sotto.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.sotto.channel.AbortReason;
import io.sotto.channel.ChannelClosedException;
import io.sotto.channel.MessageKind;
import io.sotto.channel.PeerAbortException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was sent to the peer and the socket has not taken yet: the session's thread gathers frames
 * in batches, which go to the I/O thread when they are full or are shipped. It holds the sender
 * back while the socket has too much.
 *
 * <p><b>Security.</b> Its memory stays within the socket's high water mark and a few batches,
 * however little the peer takes.
 *
 * <p><b>Threading.</b> {@link #put} from one thread, everything else from any.
 *
 * <p><b>Failure.</b> {@link ChannelClosedException} once the connection has ended, or {@link
 * PeerAbortException} if that is what the peer said last.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the connection, which is seen
final class OutboundQueue {

  private static final int BATCH_BYTES = 256 * 1024;

  /** Batches that are used again once the socket has taken them. */
  private static final int KEPT_BATCHES = 16;

  /** How long the peer may take nothing of what is still to be delivered. */
  private static final int STALL_MILLIS = 10_000;

  private final Channel socket;
  private final String peer;
  private final Patience patience;
  private final LongSupplier taken;
  private final Supplier<@Nullable PeerAbortException> lastWord;

  /** Owns all of a batch's making; never taken by an I/O thread. */
  private final ReentrantLock sending = new ReentrantLock();

  private @Nullable ByteBuf batch;
  private final List<ByteBuf> keptBatches = new ArrayList<>();
  private int nextKept;
  private boolean midFrame;
  private @Nullable ChannelFuture lastWrite;

  private final Object writable = new Object();
  private volatile boolean closed;
  private volatile boolean lost;

  /**
   * Nothing sent yet.
   *
   * @param taken bytes that the socket has taken so far
   * @param lastWord the abort that the peer sent before the connection was lost, if it did
   */
  OutboundQueue(
      Channel socket,
      String peer,
      Patience patience,
      LongSupplier taken,
      Supplier<@Nullable PeerAbortException> lastWord) {
    this.socket = socket;
    this.peer = peer;
    this.patience = patience;
    this.taken = taken;
    this.lastWord = lastWord;
  }

  /** Adds a frame, waiting until there is room. Consumes the payload. */
  void put(MessageKind kind, ByteBuffer payload) {
    sending.lock();
    try {
      if (closed) { // under the lock: after a close nobody would release a new batch
        throw closedHere(peer);
      }
      putHeader(room(io.sotto.channel.Channel.HEADER_BYTES), kind, payload.remaining());
      midFrame = true;
      while (payload.hasRemaining()) {
        ByteBuf space = room(1);
        int size = Math.min(space.writableBytes(), payload.remaining());
        int limit = payload.limit();
        space.writeBytes(payload.limit(payload.position() + size));
        payload.limit(limit);
      }
      midFrame = false;
    } finally {
      sending.unlock();
    }
  }

  private static void putHeader(ByteBuf out, MessageKind kind, int length) {
    out.writeIntLE(length);
    out.writeByte(kind.code());
  }

  /**
   * Space for at least so many bytes, waiting until the socket has taken enough of what came
   * before.
   */
  private ByteBuf room(int bytes) {
    ByteBuf current = batch;
    if (current == null || current.writableBytes() < bytes) {
      ship();
      awaitWritable();
      current = newBatch();
      batch = current;
    }
    return current;
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
    if (keptBatches.size() < KEPT_BATCHES && !closed) {
      keptBatches.add(fresh.retain());
    }
    return fresh;
  }

  /**
   * Hands everything to the socket. What can't be sent any more isn't a failure yet: what the peer
   * said last may still be here.
   */
  void ship() {
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

  private void awaitWritable() {
    if (socket.isWritable() && isOpen()) {
      return;
    }
    patience.begin(System.nanoTime());
    try {
      awaitTaking();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChannelClosedException("interrupted while sending to " + peer, e);
    } finally {
      patience.end(System.nanoTime());
    }
  }

  private void awaitTaking() throws InterruptedException {
    long before = taken.getAsLong();
    synchronized (writable) {
      while (!socket.isWritable() || !isOpen()) {
        requireConnection();
        long sent = taken.getAsLong();
        long now = System.nanoTime();
        if (sent != before) {
          patience.moved(sent - before, now);
          before = sent;
        }
        long left = patience.left(now);
        if (left <= 0) {
          throw patience.over(peer, "took", now);
        }
        TimeUnit.NANOSECONDS.timedWait(writable, left);
      }
    }
    patience.moved(taken.getAsLong() - before, System.nanoTime());
  }

  private void requireConnection() {
    if (closed) {
      throw closedHere(peer);
    }
    if (lost) {
      PeerAbortException abort = lastWord.get();
      if (abort != null) {
        throw abort;
      }
      throw new ChannelClosedException("the connection to " + peer + " was lost while sending");
    }
  }

  /** How a connection ends that this side has closed. */
  static ChannelClosedException closedHere(String peer) {
    return new ChannelClosedException("the connection to " + peer + " was closed here");
  }

  /** False once either side has ended the connection. */
  boolean isOpen() {
    return !closed && !lost;
  }

  /** The socket takes bytes again, or may do so: a waiting sender looks. */
  void wake() {
    synchronized (writable) {
      writable.notifyAll();
    }
  }

  /** The connection has ended, and not by this side. */
  void lose() {
    lost = true;
    wake();
  }

  /**
   * Takes nothing more, and ships what is here, with a last word to the peer if one is given and
   * can still be said.
   */
  void close(@Nullable AbortReason reason) {
    closed = true;
    wake();
    sending.lock();
    try {
      if (reason != null && !midFrame && !lost) {
        putAbort(reason);
      }
      ship();
      keptBatches.forEach(ByteBuf::release);
      keptBatches.clear();
    } finally {
      sending.unlock();
    }
  }

  private void putAbort(AbortReason reason) {
    ByteBuf space = batch;
    if (space == null || space.writableBytes() < io.sotto.channel.Channel.HEADER_BYTES + 1) {
      ship();
      space = newBatch();
      batch = space;
    }
    putHeader(space, MessageKind.ABORT, 1);
    space.writeByte(reason.code());
  }

  /** Waits until everything shipped is taken, as long as the peer takes some, and the limit. */
  void awaitDelivery(Duration limit) {
    ChannelFuture last = lastWrite;
    if (last == null) {
      return;
    }
    long end = System.nanoTime() + limit.toNanos();
    long before;
    do {
      before = taken.getAsLong();
      long stalled = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STALL_MILLIS);
      OrderlyClose.await(last, socket, stalled - end < 0 ? stalled : end);
    } while (!last.isDone() && taken.getAsLong() != before && System.nanoTime() - end < 0);
  }
}
