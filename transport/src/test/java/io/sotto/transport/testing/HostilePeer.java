package io.sotto.transport.testing;

import io.sotto.transport.SottoConnector;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;

/**
 * A client that takes up a listener's time, in one of several ways, on a thread of its own.
 *
 * <p>Those that go beyond the greeting are made for a server whose setup is one message of kind 17:
 * zeros for one that answers, else for one that sends and sends. Others end them for a message that
 * they don't expect.
 */
public final class HostilePeer {
  /** What it does. */
  public enum Kind {
    /** Nothing. */
    SILENT,
    /** The first half of a TLS hello. */
    HALF_HELLO,
    /** A TLS hello, a byte at a time. */
    TRICKLED_HELLO,
    /** TLS, and the first half of a greeting. */
    HALF_GREETING,
    /** Greets, and says no more. */
    GREETING_THEN_SILENCE,
    /** Greets, and sends the message of its setup a byte at a time. */
    TRICKLED_SETUP,
    /** Greets, completes its setup, and sends a message a byte at a time. */
    TRICKLED_MESSAGE,
    /** Greets, says that it closes, and leaves the connection as it is. */
    HALF_OPEN_CLOSE,
    /** Greets, completes its setup, asks for much and reads a little of it at a time. */
    TRICKLED_READING;

    /** Whether it gets as far as a session. */
    public boolean greets() {
      return switch (this) {
        case SILENT, HALF_HELLO, TRICKLED_HELLO, HALF_GREETING -> false;
        default -> true;
      };
    }
  }

  private static final String GREETING =
      "534f54544f %02x00 00".formatted(SottoConnector.PROTOCOL_VERSION);

  /** TLS 1.3's hello says that 508 bytes follow, and they don't. */
  private static final String HELLO = "160301 0200 010001fc 0303" + "5a".repeat(32) + "20";

  /** Messages of kind 17. */
  private static final String SETUP = "08000000 11" + "00".repeat(8);

  private static final String SETUP_FOR_MUCH = "08000000 11" + "ff".repeat(8);
  private static final String LONG_MESSAGE = "00000100 11" + "00".repeat(1 << 16);

  private static final int GREETING_BYTES = 8;

  private final Kind kind;
  private final InetAddress from;
  private final int port;
  private final boolean again;
  private final long pauseMillis;
  private final Thread thread;
  private volatile Socket connection = new Socket();
  private volatile boolean stopped;

  private HostilePeer(Kind kind, InetAddress from, int port, boolean again, long pauseMillis) {
    this.kind = kind;
    this.from = from;
    this.port = port;
    this.again = again;
    this.pauseMillis = pauseMillis;
    this.thread = new Thread(this::run, "hostile " + kind);
    thread.setDaemon(true);
  }

  /**
   * Starts one.
   *
   * @param from an address of this machine
   * @param port where the listener is
   * @param again whether it comes back a second after it was thrown out
   * @param pauseMillis between two bytes, or reads, of those that trickle
   */
  public static HostilePeer start(
      Kind kind, InetAddress from, int port, boolean again, long pauseMillis) {
    HostilePeer peer = new HostilePeer(kind, from, port, again, pauseMillis);
    peer.thread.start();
    return peer;
  }

  private void run() {
    try {
      attack();
      while (again && !stopped) {
        TimeUnit.SECONDS.sleep(1);
        attack();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // stopped
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Goes on until the connection ends. */
  private void attack() throws InterruptedException, GeneralSecurityException {
    try (Socket socket = new Socket()) {
      connection = socket;
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      switch (kind) {
        case SILENT -> drain(socket);
        case HALF_HELLO -> {
          socket.getOutputStream().write(hex(HELLO));
          drain(socket);
        }
        case TRICKLED_HELLO -> trickle(socket.getOutputStream(), hex(HELLO + "00".repeat(400)));
        case HALF_GREETING -> {
          SSLSocket tls = GullibleTls.client(socket, "TLSv1.3", true);
          tls.getOutputStream().write(hex("534f54"));
          drain(tls);
        }
        default -> greeted(socket);
      }
    } catch (IOException ended) {
      // Refused, reset, or closed under it: it is over.
    }
  }

  private void greeted(Socket socket)
      throws IOException, InterruptedException, GeneralSecurityException {
    SSLSocket tls = GullibleTls.client(socket, "TLSv1.3", kind != Kind.HALF_OPEN_CLOSE);
    tls.getOutputStream().write(hex(GREETING));
    if (tls.getInputStream().readNBytes(GREETING_BYTES)[7] != 0) {
      return; // refused
    }
    switch (kind) {
      case TRICKLED_SETUP -> trickle(tls.getOutputStream(), hex(LONG_MESSAGE));
      case TRICKLED_MESSAGE -> {
        tls.getOutputStream().write(hex(SETUP));
        trickle(tls.getOutputStream(), hex(LONG_MESSAGE));
      }
      case HALF_OPEN_CLOSE -> {
        tls.close();
        awaitClosedHere(); // the connection goes on
      }
      case TRICKLED_READING -> {
        tls.getOutputStream().write(hex(SETUP_FOR_MUCH));
        trickle(tls.getInputStream());
      }
      default -> drain(tls);
    }
  }

  private void trickle(OutputStream out, byte[] bytes) throws IOException, InterruptedException {
    for (byte each : bytes) {
      out.write(each);
      out.flush();
      TimeUnit.MILLISECONDS.sleep(pauseMillis);
    }
    awaitClosedHere();
  }

  private void trickle(InputStream in) throws IOException, InterruptedException {
    byte[] some = new byte[16 << 10];
    while (in.read(some) >= 0) {
      TimeUnit.MILLISECONDS.sleep(pauseMillis);
    }
  }

  private void awaitClosedHere() throws InterruptedException {
    while (!connection.isClosed()) {
      TimeUnit.MILLISECONDS.sleep(pauseMillis);
    }
  }

  private static void drain(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] some = new byte[1024];
    int read = in.read(some);
    while (read >= 0) {
      read = in.read(some);
    }
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  /** Ends it, and returns when it has ended. */
  public void stop() throws IOException, InterruptedException {
    stopped = true;
    thread.interrupt();
    do {
      connection.close();
      thread.join(100);
    } while (thread.isAlive());
  }
}
