package io.sotto.channel;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A channel between two threads of one process, for tests and for both roles in one program.
 *
 * <p><b>Security.</b> Bytes stay in this process.
 *
 * <p><b>Threading.</b> As {@link Channel} says, a thread each side.
 *
 * <p><b>Failure.</b> As {@link Channel} says; a side that waits for longer than its timeout gets a
 * {@link ChannelClosedException}. What the peer sent before it closed can still be received.
 */
public final class InMemoryChannel extends FramedChannel {

  /** The two ends. */
  public record Pair(InMemoryChannel first, InMemoryChannel second) implements AutoCloseable {
    @Override
    public void close() {
      first.close();
      second.close();
    }
  }

  private final Pipe in;
  private final Pipe out;
  private byte @Nullable [] payload;

  private InMemoryChannel(Pipe in, Pipe out) {
    this.in = in;
    this.out = out;
  }

  /** Two connected ends whose calls wait for at most ten minutes. */
  public static Pair pair() {
    return pair(Duration.ofMinutes(10));
  }

  /** Two connected ends whose calls wait for at most so long. */
  public static Pair pair(Duration timeout) {
    Pipe forth = new Pipe(timeout);
    Pipe back = new Pipe(timeout);
    return new Pair(new InMemoryChannel(back, forth), new InMemoryChannel(forth, back));
  }

  @Override
  void write(FrameHeader header, ByteBuffer bytes) {
    byte[] copy = new byte[header.length()];
    bytes.get(copy);
    if (!out.put(new Frame(header, copy), true)) {
      AbortReason reason = in.abortReason();
      if (reason != null) {
        throw new PeerAbortException(reason);
      }
      throw new ChannelClosedException("the other side closed the channel");
    }
  }

  @Override
  FrameHeader readHeader() {
    Frame frame = in.take();
    payload = frame.payload;
    return frame.header;
  }

  @Override
  void readPayload(ByteBuffer destination) {
    byte[] bytes = payload;
    if (bytes == null) {
      throw new IllegalStateException("no header was read");
    }
    payload = null;
    destination.put(bytes);
  }

  @Override
  void finish(byte[] lastFrame) {
    ByteBuffer frame = ByteBuffer.wrap(lastFrame);
    FrameHeader header = FrameHeader.decode(frame);
    byte[] last = new byte[frame.remaining()];
    frame.get(last);
    out.put(new Frame(header, last), false);
    release();
  }

  @Override
  void release() {
    out.closeWriter();
    in.closeReader();
  }

  private static final class Frame {
    final FrameHeader header;
    final byte[] payload;

    Frame(FrameHeader header, byte[] payload) {
      this.header = header;
      this.payload = payload;
    }

    long bytes() {
      return HEADER_BYTES + (long) payload.length;
    }
  }

  /** One direction. */
  private static final class Pipe {
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private final long timeoutNanos;
    private long bytes;
    private boolean writerClosed;
    private boolean readerClosed;

    Pipe(Duration timeout) {
      this.timeoutNanos = timeout.toNanos();
    }

    /** False if nobody will read it. */
    synchronized boolean put(Frame frame, boolean bounded) {
      long deadline = System.nanoTime() + timeoutNanos;
      while (bounded
          && !readerClosed
          && !writerClosed
          && !frames.isEmpty()
          && bytes + frame.bytes() > BUFFERED_BYTES) {
        await(deadline, "the other side did not receive in time");
      }
      if (writerClosed) {
        throw new ChannelClosedException("the channel is closed");
      }
      if (readerClosed) {
        return false;
      }
      frames.add(frame);
      bytes += frame.bytes();
      notifyAll();
      return true;
    }

    synchronized Frame take() {
      long deadline = System.nanoTime() + timeoutNanos;
      while (frames.isEmpty()) {
        if (readerClosed) {
          throw new ChannelClosedException("the channel is closed");
        }
        if (writerClosed) {
          throw new ChannelClosedException("the other side closed the channel");
        }
        await(deadline, "the other side was silent for too long");
      }
      Frame frame = frames.remove();
      bytes -= frame.bytes();
      notifyAll();
      return frame;
    }

    synchronized @Nullable AbortReason abortReason() {
      Frame last = frames.peekLast();
      return last != null && last.header.code() == MessageKind.ABORT.code()
          ? AbortReason.ofCode(last.payload[0] & 0xff)
          : null;
    }

    synchronized void closeWriter() {
      writerClosed = true;
      notifyAll();
    }

    synchronized void closeReader() {
      readerClosed = true;
      notifyAll();
    }

    @SuppressWarnings("WaitNotInLoop") // the callers loop over their conditions
    private void await(long deadline, String otherwise) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new ChannelClosedException(otherwise);
      }
      try {
        wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ChannelClosedException("interrupted while waiting for the other side", e);
      }
    }
  }
}
