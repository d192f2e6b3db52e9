package io.sotto.client.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sotto.channel.Traffic;
import io.sotto.client.Prediction;
import io.sotto.client.SottoClient;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.session.StepReport;
import io.sotto.data.AtomicFile;
import io.sotto.data.InputFile;
import io.sotto.data.NpyFile;
import io.sotto.data.Tensor;
import io.sotto.transport.WireCounters;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sotto predict}: a file of inputs in, a file of predictions out. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = "Sends a batch, encrypted, to a server and writes its predictions.")
public final class PredictCommand implements Callable<Integer> {
  private final PlanCodec baselines;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--server",
      required = true,
      paramLabel = "HOST:PORT",
      converter = ServerAddress.Converter.class,
      description = "The server. Without a port it is 7443.")
  private @Nullable ServerAddress server;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE",
      description =
          "The inputs: NumPy .npy, first axis the batch, or MNIST IDX images, gzipped or not, whose"
              + " bytes become 0..1. Once for each input of the model, in the order of its"
              + " signature.")
  private List<Path> inputs = List.of();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description =
          "Where the predictions go, as .npy of float32. Once for each output of the model, in the"
              + " order of its signature.")
  private List<Path> outputs = List.of();

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "Takes only the first N images of the input.")
  private @Nullable Integer images;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images at once; as many as the model takes if not given.")
  private @Nullable Integer batchLimit;

  @Option(
      names = "--clip-inputs",
      description =
          "Takes numbers outside the range of the model's input as the ends of the range and says"
              + " how many; such inputs are refused if not given.")
  private boolean clipInputs;

  @ArgGroup(exclusive = true)
  private @Nullable Trust trust;

  /** Which server is believed. */
  private static final class Trust {
    @Option(
        names = "--trust",
        paramLabel = "PEM",
        description =
            "Trusts the certificates of this file, and those issued by them. (Without --trust and"
                + " --fingerprint: the JDK's authorities, and your own server on this machine.)")
    private @Nullable Path pem;

    @Option(
        names = "--fingerprint",
        paramLabel = "SHA256",
        description = "Trusts the certificate with this fingerprint, which the server prints.")
    private @Nullable String fingerprint;

    @Option(
        names = "--insecure-no-tls",
        description = "No TLS: only for measurements on one machine.")
    private boolean insecureNoTls;
  }

  @Option(
      names = "--identity",
      paramLabel = "DIR",
      description =
          "Shows the certificate of this directory (cert.pem, key.pem; made if not there) to a"
              + " server that asks for one.")
  private @Nullable Path identity;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "How long the server may be silent, or its model keep this side computing without a"
              + " message; 60 if not given.")
  private @Nullable Integer timeout;

  @Option(
      names = "--memory",
      paramLabel = "MB",
      description =
          "Uses no more memory here: batches are split, or the model is refused; 4096 if not"
              + " given.")
  private @Nullable Integer memory;

  @Option(
      names = "--work",
      paramLabel = "BILLIONS",
      description =
          "Refuses a model of which an image would take more operations here, of about a"
              + " nanosecond; 32 billion if not given, four times what ResNet-50 takes.")
  private @Nullable Integer work;

  @Option(
      names = "--baselines",
      description = "Takes models of the baselines, too, that Sotto is compared with.")
  private boolean takesBaselines;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON, too.")
  private @Nullable Path json;

  /**
   * A command.
   *
   * @param baselines of the plans that it takes with {@code --baselines}; without, Sotto's own
   */
  public PredictCommand(PlanCodec baselines) {
    this.baselines = baselines;
  }

  @Override
  public Integer call() throws IOException {
    ServerAddress address = given(server);
    for (Path target : outputs) {
      requireDirectoryOf(target);
    }
    if (json != null) {
      requireDirectoryOf(json);
    }
    List<Tensor> batch = new ArrayList<>();
    for (Path input : inputs) {
      batch.add(readInputs(input));
    }

    long start = System.nanoTime();
    SottoClient client = builder(address).connect();
    long connecting = System.nanoTime() - start;
    Prediction prediction;
    Traffic before;
    try (client) {
      requireOutputs(client.model().outputShapes().size());
      prediction = client.predict(batch);
      before = client.traffic();
    }
    // Closing is over: the counters are final.
    PredictReport report =
        report(address, prediction, client, rows(client, connecting, before, prediction));
    write(prediction, report);
    print(report, prediction, batch.stream().mapToLong(input -> input.values().length).sum());
    return 0;
  }

  private void requireOutputs(int results) {
    if (outputs.size() != results) {
      throw new ParameterException(
          given(spec).commandLine(),
          "this model has %d outputs; give --output as often, not %d times"
              .formatted(results, outputs.size()));
    }
  }

  /** From the connection to the goodbye, which is what came after the last result. */
  private static List<LayerRow> rows(
      SottoClient client, long connecting, Traffic before, Prediction prediction) {
    List<LayerRow> rows = new ArrayList<>();
    rows.add(tls(client.wire(), Math.max(0, connecting - client.setup().nanos())));
    rows.add(LayerRow.of("", client.setup()));
    rows.addAll(LayerRow.of(client.model(), prediction));
    rows.add(LayerRow.of("", new StepReport("end", 0, 0, client.traffic().minus(before))));
    return rows;
  }

  private PredictReport report(
      ServerAddress address, Prediction prediction, SottoClient client, List<LayerRow> rows) {
    return new PredictReport(
        address.toString(),
        trust == null || !trust.insecureNoTls,
        prediction.results().get(0).rows(),
        prediction.imagesPerSecond(),
        prediction.nanos() / 1e9,
        client.setup().nanos() / 1e9,
        client.wire().socketBytesSent(),
        client.wire().socketBytesReceived(),
        rows);
  }

  private void write(Prediction prediction, PredictReport report) throws IOException {
    for (int i = 0; i < outputs.size(); i++) {
      NpyFile.write(outputs.get(i), prediction.results().get(i));
    }
    if (json != null) {
      ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
      AtomicFile.write(json, out -> out.write(mapper.writeValueAsBytes(report)));
    }
  }

  private SottoClient.Builder builder(ServerAddress address) {
    SottoClient.Builder builder = SottoClient.builder(address.host(), address.port());
    if (trust != null) {
      if (trust.pem != null) {
        builder.trustPem(trust.pem);
      } else if (trust.fingerprint != null) {
        builder.trustFingerprint(trust.fingerprint);
      } else {
        builder.insecureWithoutTls();
      }
    }
    if (identity != null) {
      builder.identity(identity);
    }
    if (timeout != null) {
      builder.receiveTimeout(Duration.ofSeconds(atLeastOne("--timeout", timeout)));
    }
    if (memory != null) {
      builder.memoryLimit((long) atLeastOne("--memory", memory) << 20);
    }
    if (work != null) {
      builder.workLimit(atLeastOne("--work", work) * 1_000_000_000L);
    }
    if (clipInputs) {
      builder.clipInputs();
    }
    if (takesBaselines) {
      builder.planCodec(baselines);
    }
    if (batchLimit != null) {
      builder.batchLimit(atLeastOne("--batch", batchLimit));
    }
    return builder;
  }

  private Tensor readInputs(Path file) throws IOException {
    return images == null
        ? InputFile.read(file)
        : InputFile.readFirst(file, atLeastOne("--images", images));
  }

  /** Fails before the work, not after it. */
  private static void requireDirectoryOf(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(file + " is a directory, not a file to write");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(String.valueOf(folder), null, "there is no such directory");
    }
  }

  private int atLeastOne(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          given(spec).commandLine(),
          "%s %d given; allowed are 1 and more".formatted(option, value));
    }
    return value;
  }

  /**
   * The handshake, the records' frames and the greeting: all that the socket moved beyond messages.
   */
  private static LayerRow tls(WireCounters wire, long nanos) {
    return LayerRow.of(
        "",
        new StepReport(
            "tls",
            0,
            nanos,
            new Traffic(
                wire.socketBytesSent() - wire.streamBytesSent(),
                wire.socketBytesReceived() - wire.streamBytesReceived(),
                0)));
  }

  private void print(PredictReport report, Prediction prediction, long inputNumbers) {
    PrintWriter out = given(spec).commandLine().getOut();
    out.print(LayerTable.format(report.layers()));
    out.printf(
        Locale.ROOT,
        "%d images in %.3f s, %.1f images a second; %s%n",
        report.images(),
        report.seconds(),
        report.imagesPerSecond(),
        IntStream.range(0, outputs.size())
            .mapToObj(i -> prediction.results().get(i) + " written to " + outputs.get(i))
            .collect(Collectors.joining(", ")));
    if (prediction.clipped() > 0) {
      out.printf(
          Locale.ROOT,
          "warning: %,d of %,d numbers of the inputs were outside the model's range and clipped%n",
          prediction.clipped(),
          inputNumbers);
    }
    out.flush();
  }

  /** What picocli has filled in before {@link #call}. */
  private static <T> T given(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("picocli left a required value out");
    }
    return value;
  }
}
