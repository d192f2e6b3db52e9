package io.sotto.benchmarks;

import io.sotto.channel.Channel;
import io.sotto.channel.ChannelException;
import io.sotto.channel.MessageKind;
import io.sotto.transport.ConnectorOptions;
import io.sotto.transport.ListenerOptions;
import io.sotto.transport.ServerIdentity;
import io.sotto.transport.ServerTrust;
import io.sotto.transport.SottoConnector;
import io.sotto.transport.SottoListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Messages of one mebibyte one way through a connection on this machine, TLS as in production. */
@SuppressWarnings("NullAway.Init") // JMH calls connect first
public class PipeBenchmark extends KernelBenchmark {
  static final int MESSAGES = 16;
  static final int MESSAGE_BYTES = 1 << 20;

  private static final MessageKind DATA = new MessageKind(17, "data");
  private static final MessageKind DONE = new MessageKind(18, "done");

  private final ByteBuffer message = memory.bytes(MESSAGE_BYTES).bytes();
  private final ByteBuffer done = ByteBuffer.allocate(1);
  private Path directory;
  private SottoListener listener;
  private Channel channel;

  @Setup
  public void connect() throws IOException {
    directory = Files.createTempDirectory("sotto-bench");
    ServerIdentity identity = ServerIdentity.loadOrCreate(directory);
    listener =
        SottoListener.bind(
            "127.0.0.1",
            0,
            identity,
            ListenerOptions.defaults(),
            (accepted, peer) -> drain(accepted));
    channel =
        SottoConnector.connect(
            "127.0.0.1",
            listener.port(),
            ServerTrust.pinned(identity.fingerprint()),
            ConnectorOptions.defaults());
  }

  private void drain(Channel accepted) {
    ByteBuffer received = scope.allocate(MESSAGE_BYTES).bytes();
    try {
      while (true) {
        for (int i = 0; i < MESSAGES; i++) {
          accepted.receive(DATA, received.clear());
        }
        accepted.send(DONE, ByteBuffer.allocate(1));
        accepted.flush();
      }
    } catch (ChannelException e) {
      // The trial is over.
    }
  }

  @Benchmark
  @OperationsPerInvocation(MESSAGES * MESSAGE_BYTES)
  public ByteBuffer tls() {
    for (int i = 0; i < MESSAGES; i++) {
      channel.send(DATA, message.clear());
    }
    channel.receive(DONE, done.clear());
    return done;
  }

  @TearDown
  public void disconnect() throws IOException {
    channel.close();
    listener.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
