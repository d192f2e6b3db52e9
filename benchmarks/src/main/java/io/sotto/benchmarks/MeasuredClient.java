package io.sotto.benchmarks;

import io.sotto.client.ParallelClient;
import io.sotto.client.Prediction;
import io.sotto.client.SottoClient;
import io.sotto.client.cli.LayerRow;
import io.sotto.data.Tensor;
import io.sotto.transport.WireCounters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a benchmark: batches of a file's images, some of which count, and what those
 * cost both processes. The batches that count follow each other, from {@link #start} to {@link
 * #stop}.
 */
public final class MeasuredClient implements AutoCloseable {
  private static final long QUIET_NANOS = 500_000_000;

  private final ClientOptions options;
  private final ProcessHandle server;
  private final Tensor images;
  private final ParallelClient client;
  private final double connectSeconds;
  private final double setupSeconds;
  private final long setupBytes;
  private final List<ClientFigures.Batch> batches = new ArrayList<>();
  private @Nullable Tensor outputs;
  private int filled;
  private int warmUps;
  private long said = System.nanoTime() - QUIET_NANOS;
  private @Nullable Usage before;
  private @Nullable Usage after;

  /** What was used up to a moment. */
  private record Usage(ProcessUsage client, ProcessUsage server, WireCounters wire) {}

  private MeasuredClient(
      ClientOptions options,
      ProcessHandle server,
      Tensor images,
      ParallelClient client,
      double connectAndSetup) {
    this.options = options;
    this.server = server;
    this.images = images;
    this.client = client;
    this.setupSeconds = client.setup().nanos() / 1e9;
    this.connectSeconds = connectAndSetup - setupSeconds;
    WireCounters wire = client.wire();
    this.setupBytes = wire.socketBytesSent() + wire.socketBytesReceived();
  }

  /** Opens so many sessions, which share the batches. */
  public static MeasuredClient connect(
      ClientOptions options, SottoClient.Builder builder, int sessions) throws IOException {
    ProcessHandle server = options.server();
    Tensor images = options.images();
    long start = System.nanoTime();
    ParallelClient client = builder.connectParallel(sessions);
    double connectAndSetup = (System.nanoTime() - start) / 1e9;
    options.say(String.format(Locale.ROOT, "session set up in %.3f s", connectAndSetup));
    return new MeasuredClient(options, server, images, client, connectAndSetup);
  }

  /** Predicts a batch that doesn't count, from an image on; says what it took. */
  public void warmUp(String label, long from) {
    warmUps++;
    say(label, client.predict(take(from, options.batch())));
  }

  /** Predicts one image; tells the seconds that it took. */
  public double single(long image) {
    return client.predict(take(image, 1)).nanos() / 1e9;
  }

  /** What comes now counts. */
  public void start() throws IOException {
    before = usage();
  }

  /** Predicts a batch that counts, from an image on; says what it took. */
  public void measure(String label, long from) {
    Prediction prediction = client.predict(take(from, options.batch()));
    batches.add(
        new ClientFigures.Batch(prediction.nanos() / 1e9, LayerRow.of(client.model(), prediction)));
    place(prediction.outputs(), from);
    say(label, prediction);
  }

  /** How many batches have counted. */
  public int measured() {
    return batches.size();
  }

  /** What comes now doesn't count any more. */
  public void stop() throws IOException {
    after = usage();
  }

  /** Writes what was measured, and what was predicted of the images that the batches had. */
  public void write(List<Double> singleSeconds) throws IOException {
    if (before == null || after == null || outputs == null) {
      throw new IllegalStateException("nothing was measured");
    }
    Usage end = usage();
    options.write(
        new ClientFigures(
            connectSeconds,
            setupSeconds,
            setupBytes,
            warmUps,
            batches,
            singleSeconds,
            after.wire.socketBytesSent() - before.wire.socketBytesSent(),
            after.wire.socketBytesReceived() - before.wire.socketBytesReceived(),
            new ProcessUsage(
                after.client.cpuSeconds() - before.client.cpuSeconds(), end.client.peakRssMb()),
            new ProcessUsage(
                after.server.cpuSeconds() - before.server.cpuSeconds(), end.server.peakRssMb())),
        outputs.slice(0, filled));
  }

  private Usage usage() throws IOException {
    return new Usage(
        ProcessUsage.of(ProcessHandle.current()), ProcessUsage.of(server), client.wire());
  }

  /** Says what a batch took, unless a line was just said. */
  private void say(String label, Prediction prediction) {
    long now = System.nanoTime();
    if (now - said < QUIET_NANOS) {
      return;
    }
    said = now;
    options.say(
        String.format(
            Locale.ROOT,
            "%s: %.3f s, %.1f images a second",
            label,
            prediction.nanos() / 1e9,
            prediction.imagesPerSecond()));
  }

  /** So many images from one on; after the last comes the first again. */
  private Tensor take(long from, int count) {
    int width = images.rowElements();
    float[] values = new float[Math.multiplyExact(count, width)];
    for (int i = 0; i < count; i++) {
      int row = (int) ((from + i) % images.rows());
      System.arraycopy(images.values(), row * width, values, i * width, width);
    }
    return new Tensor(List.of(count, width), values);
  }

  /** Keeps what was predicted of images, each in the row that it has in the file. */
  private void place(Tensor part, long from) {
    int width = part.rowElements();
    Tensor all = outputs;
    if (all == null) {
      int rows = images.rows();
      all = new Tensor(List.of(rows, width), new float[Math.multiplyExact(rows, width)]);
      outputs = all;
    }
    for (int i = 0; i < part.rows(); i++) {
      int row = (int) ((from + i) % images.rows());
      System.arraycopy(part.values(), i * width, all.values(), row * width, width);
      filled = Math.max(filled, row + 1);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
