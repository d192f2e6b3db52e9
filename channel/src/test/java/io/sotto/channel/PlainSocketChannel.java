package io.sotto.channel;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A channel over a plain {@link Socket}, as small as it can be: the reference that shows what the
 * contract asks of a form that has a wire.
 *
 * <p><b>Security.</b> The bytes cross the network as they are, unencrypted and unauthenticated.
 *
 * <p><b>Threading.</b> As {@link Channel} says. A daemon thread of its own writes, so that two
 * sides that send at once don't wait for each other as long as {@link Channel#BUFFERED_BYTES}
 * suffice.
 *
 * <p><b>Failure.</b> As {@link Channel} says; a peer that is silent for longer than the timeout
 * while a message is awaited is a {@link ChannelClosedException}.
 */
final class PlainSocketChannel extends FramedChannel {
  private static final int STREAM_BUFFER_BYTES = 1 << 16;

  /** How long close and abort let the writer finish what was sent before. */
  private static final int LINGER_MILLIS = 2_000;

  private final Socket socket;
  private final long timeoutNanos;
  private final InputStream in;
  private final OutputStream out;
  private final Thread writer;
  private final byte[] header = new byte[HEADER_BYTES];

  private final Object lock = new Object();
  private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
  private long queued;
  private boolean finishing;
  private @Nullable IOException writeFailure;

  private PlainSocketChannel(Socket socket, Duration silence) throws IOException {
    this.socket = socket;
    this.timeoutNanos = silence.toNanos();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(Math.toIntExact(Math.max(1, silence.toMillis())));
    this.in = new BufferedInputStream(socket.getInputStream(), STREAM_BUFFER_BYTES);
    this.out = socket.getOutputStream();
    this.writer = new Thread(this::writeAll, "sotto-socket-writer");
    writer.setDaemon(true);
  }

  /**
   * Takes over a connected socket.
   *
   * @param silence how long to wait for the peer before giving up
   */
  static PlainSocketChannel over(Socket socket, Duration silence) {
    try {
      PlainSocketChannel channel = new PlainSocketChannel(socket, silence);
      channel.writer.start();
      return channel;
    } catch (IOException e) {
      throw new ChannelClosedException("the socket can't be used: " + e.getMessage(), e);
    }
  }

  @Override
  void write(FrameHeader frameHeader, ByteBuffer payload) {
    ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + payload.remaining());
    frameHeader.encode(frame);
    frame.put(payload);
    long deadline = System.nanoTime() + timeoutNanos;
    synchronized (lock) {
      while (!finishing
          && writeFailure == null
          && queued > 0
          && queued + frame.capacity() > BUFFERED_BYTES) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new ChannelClosedException("the other side did not receive in time");
        }
        try {
          lock.wait(left / 1_000_000 + 1);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new ChannelClosedException("interrupted while sending", e);
        }
      }
      if (writeFailure != null) {
        throw new ChannelClosedException("the connection broke while sending", writeFailure);
      }
      if (finishing) {
        throw new ChannelClosedException("the channel is closed");
      }
      enqueue(frame.array());
    }
  }

  private void enqueue(byte[] frame) {
    synchronized (lock) {
      queue.add(frame);
      queued += frame.length;
      lock.notifyAll();
    }
  }

  private void writeAll() {
    try {
      while (true) {
        byte[] frame;
        synchronized (lock) {
          while (queue.isEmpty() && !finishing) {
            lock.wait();
          }
          if (queue.isEmpty()) {
            socket.shutdownOutput();
            return;
          }
          frame = queue.remove();
        }
        out.write(frame);
        synchronized (lock) {
          queued -= frame.length;
          lock.notifyAll();
        }
      }
    } catch (IOException e) {
      synchronized (lock) {
        writeFailure = e;
        lock.notifyAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  FrameHeader readHeader() {
    readFully(header, 0, HEADER_BYTES);
    return FrameHeader.decode(ByteBuffer.wrap(header));
  }

  @Override
  void readPayload(ByteBuffer destination) {
    if (destination.hasArray()) {
      int bytes = destination.remaining();
      readFully(destination.array(), destination.arrayOffset() + destination.position(), bytes);
      destination.position(destination.limit());
      return;
    }
    byte[] piece = new byte[Math.min(destination.remaining(), STREAM_BUFFER_BYTES)];
    while (destination.hasRemaining()) {
      int bytes = Math.min(piece.length, destination.remaining());
      readFully(piece, 0, bytes);
      destination.put(piece, 0, bytes);
    }
  }

  private void readFully(byte[] target, int offset, int length) {
    try {
      if (in.readNBytes(target, offset, length) != length) {
        throw new EOFException("end of stream");
      }
    } catch (SocketTimeoutException e) {
      throw new ChannelClosedException("the other side was silent for too long", e);
    } catch (IOException e) {
      throw new ChannelClosedException("the connection is gone: " + e.getMessage(), e);
    }
  }

  @Override
  void finish(byte[] lastFrame) {
    enqueue(lastFrame);
    release();
  }

  @Override
  void release() {
    synchronized (lock) {
      finishing = true;
      lock.notifyAll();
    }
    try {
      writer.join(LINGER_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      socket.close();
    } catch (IOException e) {
      // The connection is given up either way; there is nobody left to tell.
      return;
    }
  }
}
