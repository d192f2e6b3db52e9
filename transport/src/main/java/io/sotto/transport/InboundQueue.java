package io.sotto.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sotto.channel.ChannelClosedException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What has come from the peer and was not yet received, in the buffers it came in: the I/O thread
 * puts them in, the session's thread copies their bytes to where they belong. It stops the reading
 * of the socket when it is full.
 *
 * <p><b>Security.</b> Its memory stays within about twice {@code capacity} however the peer cuts
 * its bytes: small or half empty buffers are gathered in larger ones.
 *
 * <p><b>Threading.</b> {@link #read} from one thread, everything else from any.
 *
 * <p><b>Failure.</b> What came before the end can be read; then {@link ChannelClosedException}.
 */
final class InboundQueue implements FrameDecoder.Source {

  /** The reading of the socket: paused by {@link #offer}, on its thread; resumed from any. */
  interface Reading {
    void pause();

    void resume();
  }

  /** A waiting reader is woken when it can have so many bytes, or all that it wants. */
  static final int WAKE_BYTES = 64 * 1024;

  private static final int GATHER_BELOW = 8 * 1024;
  private static final int GATHER_CAPACITY = 64 * 1024;

  private final int capacity;
  private final Patience patience;
  private final String peer;
  private final ByteBufAllocator allocator;
  private final Reading reading;
  private final LongSupplier taken;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();
  private @Nullable ByteBuf gathering;
  private long queued;
  private long peak;
  private int wanted = Integer.MAX_VALUE;
  private boolean waiting;
  private long waitingSince;
  private boolean paused;
  private boolean discarding;
  private @Nullable ChannelClosedException end;

  /**
   * Nothing received yet.
   *
   * @param taken bytes that the peer has taken so far
   */
  InboundQueue(
      int capacity,
      Patience patience,
      String peer,
      ByteBufAllocator allocator,
      Reading reading,
      LongSupplier taken) {
    this.capacity = capacity;
    this.patience = patience;
    this.peer = peer;
    this.allocator = allocator;
    this.reading = reading;
    this.taken = taken;
  }

  /** Takes the buffer over. */
  void offer(ByteBuf bytes) {
    lock.lock();
    try {
      int size = bytes.readableBytes();
      if (discarding || end != null || size == 0) {
        bytes.release();
        return;
      }
      ByteBuf tail = gathering;
      boolean fits = tail != null && size <= tail.writableBytes();
      if (fits || size < GATHER_BELOW || size < bytes.capacity() / 2) {
        gather(bytes);
      } else {
        gathering = null;
        buffers.add(bytes);
      }
      queued += size;
      peak = Math.max(peak, queued);
      if (queued >= capacity && !paused) {
        paused = true;
        reading.pause();
      }
      if (queued >= wanted) {
        arrived.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void gather(ByteBuf bytes) {
    try {
      while (bytes.isReadable()) {
        ByteBuf tail = gathering;
        if (tail == null || !tail.isWritable()) {
          tail = allocator.directBuffer(GATHER_CAPACITY, GATHER_CAPACITY);
          buffers.add(tail);
          gathering = tail;
        }
        tail.writeBytes(bytes, Math.min(bytes.readableBytes(), tail.writableBytes()));
      }
    } finally {
      bytes.release();
    }
  }

  /** Nothing more will come. The first reason given is the one that the reader sees. */
  void end(ChannelClosedException reason) {
    lock.lock();
    try {
      if (end == null) {
        end = reason;
      }
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Drops everything that is here and that still comes, so that the connection can end in order.
   */
  void discard() {
    lock.lock();
    try {
      discarding = true;
      gathering = null;
      buffers.forEach(ByteBuf::release);
      buffers.clear();
      queued = 0;
      if (paused) {
        paused = false;
        reading.resume();
      }
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The most that was ever queued. */
  long peakBytes() {
    lock.lock();
    try {
      return peak;
    } finally {
      lock.unlock();
    }
  }

  boolean isPaused() {
    lock.lock();
    try {
      return paused;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void read(ByteBuffer destination) {
    lock.lock();
    try {
      while (destination.hasRemaining()) {
        awaitBytes(Math.min(destination.remaining(), WAKE_BYTES));
        copy(destination);
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitBytes(int bytes) {
    if (queued < bytes) {
      long now = System.nanoTime();
      patience.begin(now);
      try {
        await(bytes, patience);
      } finally {
        patience.end(System.nanoTime());
      }
    }
  }

  /**
   * Waits for the first byte of what comes next, however long a silence is allowed else.
   *
   * @throws ChannelClosedException if none comes within this time
   */
  void awaitAny(Duration limit) {
    lock.lock();
    try {
      patience.refill();
      if (queued == 0) {
        Patience idle = new Patience(limit, 0);
        idle.begin(System.nanoTime());
        await(1, idle);
      }
    } finally {
      lock.unlock();
    }
  }

  private void await(int bytes, Patience limit) {
    long before = taken.getAsLong();
    wanted = bytes;
    waitingSince = System.nanoTime();
    waiting = true;
    try {
      while (queued < bytes) {
        if (end != null) {
          throw end;
        }
        long now = System.nanoTime();
        long left = limit.left(now);
        if (left > 0) {
          arrived.awaitNanos(left);
          continue;
        }
        // Before it can answer, it may have much to take that is still here.
        long more = taken.getAsLong() - before;
        if (more == 0 || !limit.countsBytes()) {
          throw limit.over(peer, "sent", now);
        }
        before += more;
        limit.moved(more, now);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChannelClosedException("interrupted while waiting for " + peer, e);
    } finally {
      wanted = Integer.MAX_VALUE;
      waiting = false;
    }
  }

  /** For how long the reader has been waiting, for at most {@link #WAKE_BYTES}; 0 if it isn't. */
  long waitingNanos() {
    lock.lock();
    try {
      return waiting ? System.nanoTime() - waitingSince : 0;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("ReferenceEquality") // that very buffer, not one with the same bytes
  private void copy(ByteBuffer destination) {
    int before = destination.position();
    while (destination.hasRemaining() && !buffers.isEmpty()) {
      ByteBuf head = buffers.getFirst();
      int size = Math.min(head.readableBytes(), destination.remaining());
      int limit = destination.limit();
      head.readBytes(destination.limit(destination.position() + size));
      destination.limit(limit);
      queued -= size;
      if (!head.isReadable()) {
        buffers.removeFirst();
        if (head == gathering) {
          gathering = null;
        }
        head.release();
      }
    }
    patience.moved(destination.position() - before, System.nanoTime());
    if (paused && queued <= capacity / 2) {
      paused = false;
      reading.resume();
    }
  }
}
