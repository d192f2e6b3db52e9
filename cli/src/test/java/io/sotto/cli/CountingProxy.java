package io.sotto.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between one client and its server and counts the bytes of the two directions. */
final class CountingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int serverPort;
  private final long watched;
  private final Runnable whenReached;
  private final AtomicLong toServer = new AtomicLong();
  private final AtomicLong toClient = new AtomicLong();
  private final CountDownLatch over = new CountDownLatch(2);

  CountingProxy(int serverPort) throws IOException {
    this(serverPort, Long.MAX_VALUE, () -> {});
  }

  /**
   * @param whenReached is run once, when so many bytes have come from the client
   */
  CountingProxy(int serverPort, long watched, Runnable whenReached) throws IOException {
    this.serverPort = serverPort;
    this.watched = watched;
    this.whenReached = whenReached;
    this.listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Bytes from the client, final after {@link #awaitEnd}. */
  long toServer() {
    return toServer.get();
  }

  /** Bytes from the server, final after {@link #awaitEnd}. */
  long toClient() {
    return toClient.get();
  }

  /** Waits until both directions have ended. */
  void awaitEnd() throws InterruptedException {
    over.await();
  }

  private void accept() {
    try {
      Socket client = listener.accept();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
      start(() -> pump(client, server, toServer, watched));
      start(() -> pump(server, client, toClient, Long.MAX_VALUE));
    } catch (IOException e) {
      over.countDown();
      over.countDown();
    }
  }

  private void pump(Socket from, Socket to, AtomicLong count, long limit) {
    byte[] buffer = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        long before = count.getAndAdd(read);
        if (before < limit && before + read >= limit) {
          whenReached.run();
        }
        out.write(buffer, 0, read);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      closeQuietly(from);
      closeQuietly(to);
    } finally {
      over.countDown();
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is as closed as it will ever be.
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "counting-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
