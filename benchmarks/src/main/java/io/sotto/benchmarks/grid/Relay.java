package io.sotto.benchmarks.grid;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * A slow line between two processes where the kernel can't make one: bytes leave at a rate and
 * arrive after a delay, each direction by itself. It knows nothing of packets, losses or
 * congestion.
 *
 * <p><b>Security.</b> Sees what a network sees. Listens on this machine only.
 *
 * <p><b>Threading.</b> Three threads a connection's direction at most; closed by any thread.
 *
 * <p><b>Failure.</b> A connection that breaks on one side is closed on the other.
 */
final class Relay implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 14;

  /** What may be under way besides what the delay holds: the buffers of a line. */
  private static final int BUFFER_BYTES = 1 << 18;

  private final ServerSocket listener;
  private final int target;
  private final long delayNanos;
  private final double nanosPerByte;
  private final List<Socket> sockets = new ArrayList<>();

  /** A piece of the stream, and when it arrives. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Chunk(byte[] bytes, long due) {}

  Relay(int target, double delayMillis, double megabits) throws IOException {
    this.target = target;
    this.delayNanos = Math.round(delayMillis * 1e6);
    this.nanosPerByte = megabits == 0 ? 0 : 8e3 / megabits;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start("accept", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, "relay-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        synchronized (sockets) {
          sockets.addAll(List.of(client, server));
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        connect(client, server);
        connect(server, client);
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void connect(Socket from, Socket to) {
    double inFlight = nanosPerByte == 0 ? BUFFER_BYTES : delayNanos / nanosPerByte;
    Semaphore room = new Semaphore(BUFFER_BYTES + (int) Math.min(inFlight, 1 << 28));
    LinkedBlockingQueue<Chunk> line = new LinkedBlockingQueue<>();
    start("in", () -> read(from, line, room));
    start("out", () -> write(to, line, room));
  }

  private void read(Socket from, LinkedBlockingQueue<Chunk> line, Semaphore room) {
    byte[] buffer = new byte[CHUNK_BYTES];
    long free = System.nanoTime();
    try (InputStream in = from.getInputStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        room.acquireUninterruptibly(count);
        free = Math.max(free, System.nanoTime()) + Math.round(count * nanosPerByte);
        line.add(new Chunk(Arrays.copyOf(buffer, count), free + delayNanos));
      }
    } catch (IOException e) {
      // The other direction notices.
    }
    line.add(new Chunk(new byte[0], Math.max(free, System.nanoTime()) + delayNanos));
  }

  private static void write(Socket to, LinkedBlockingQueue<Chunk> line, Semaphore room) {
    try (OutputStream out = to.getOutputStream()) {
      while (true) {
        Chunk chunk = line.take();
        for (long left = chunk.due - System.nanoTime();
            left > 0;
            left = chunk.due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        if (chunk.bytes.length == 0) {
          return;
        }
        out.write(chunk.bytes);
        room.release(chunk.bytes.length);
      }
    } catch (IOException e) {
      // The peer is gone; what still comes is of no use.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    synchronized (sockets) {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
