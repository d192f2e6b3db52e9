package io.sotto.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Passes one connection on to another port of this machine and counts the bytes, on plain sockets.
 */
final class CountingProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final AtomicLong toServer = new AtomicLong();
  private final AtomicLong toClient = new AtomicLong();
  private final Thread thread;

  CountingProxy(int serverPort) throws IOException {
    listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    thread = new Thread(() -> run(serverPort), "proxy");
    thread.start();
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Waits for both directions to end. */
  long bytesToServer() throws InterruptedException {
    thread.join();
    return toServer.get();
  }

  long bytesToClient() throws InterruptedException {
    thread.join();
    return toClient.get();
  }

  private void run(int serverPort) {
    try (Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
      Thread back = new Thread(() -> pump(server, client, toClient), "proxy-back");
      back.start();
      pump(client, server, toServer);
      back.join();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("the proxy failed", e);
    }
  }

  private static void pump(Socket from, Socket to, AtomicLong count) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[64 * 1024];
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        count.addAndGet(n);
        out.write(bytes, 0, n);
      }
      to.shutdownOutput();
    } catch (IOException closed) {
      // One side was faster to close; what was counted was passed on or had nowhere to go.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
