package io.sotto.server;

import static io.sotto.server.Setting.Part.ARITHMETIC;
import static io.sotto.server.Setting.Part.LISTENING;
import static io.sotto.server.Setting.Part.MODEL;
import static io.sotto.server.Setting.Part.PATIENCE;
import static io.sotto.server.Setting.Part.TLS;

import io.sotto.converter.plan.Plan;
import io.sotto.converter.step.FunctionForm;
import io.sotto.server.Setting.Part;
import io.sotto.server.compile.ModelCompiler.Outputs;
import io.sotto.server.compile.layouts.LayoutChoice;
import io.sotto.server.model.FixedPointSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a server, each with its name, part, allowed values, standard value and help. What
 * becomes of them is in {@link ServerConfig}.
 */
public final class ServerSettings {
  private static final List<Setting<?>> DECLARED = new ArrayList<>();
  private static final FixedPointSettings NUMBERS = FixedPointSettings.DEFAULTS;

  public static final Setting<Path> MODEL_DIRECTORY =
      declare(
          "model",
          MODEL,
          ValueType.path("DIR"),
          null,
          "The SavedModel; needed unless the configuration file names it.");

  public static final Setting<String> SIGNATURE =
      declare(
          "signature",
          MODEL,
          ValueType.text("NAME", any -> {}),
          null,
          "Signature of the model; serving_default, or else the only one.");

  public static final Setting<Path> RANGES =
      declare(
          "ranges",
          MODEL,
          ValueType.path("FILE"),
          null,
          "What `sotto calibrate` measured; DIR.ranges.json beside the model if it is there.");

  public static final Setting<String> HOST =
      declare(
          "host",
          LISTENING,
          ValueType.text("HOST", ServerSettings::requireHost),
          "127.0.0.1",
          "Where to listen: {standard}, this machine only, unless told; 0.0.0.0 for all"
              + " addresses.");

  public static final Setting<Integer> PORT =
      declare(
          "port",
          LISTENING,
          ValueType.whole("PORT", 0, 65535),
          7443,
          "The port, {standard}; 0 for any free one.");

  public static final Setting<Integer> MAX_SESSIONS =
      declare(
          "max-sessions",
          LISTENING,
          ValueType.whole("N", 1, 1000),
          4,
          "Sessions at a time, {standard}; more are told that the server is busy.");

  public static final Setting<Integer> MAX_SESSIONS_PER_ADDRESS =
      declare(
          "max-sessions-per-address",
          LISTENING,
          ValueType.whole("N", 1, 1000),
          null,
          "Sessions at a time of one address: half of all and at least 2, or all with --host on"
              + " this machine only.");

  public static final Setting<Path> IDENTITY =
      declare(
          "identity",
          TLS,
          ValueType.path("DIR"),
          null,
          "Where the server's certificate is kept, and made when there is none; ~/.sotto/server.");

  public static final Setting<Path> CERTIFICATE =
      declare(
          "certificate",
          TLS,
          ValueType.path("PEM"),
          null,
          "A certificate of your own; with --private-key.");

  public static final Setting<Path> PRIVATE_KEY =
      declare("private-key", TLS, ValueType.path("PEM"), null, "Its key.");

  public static final Setting<Path> CLIENT_CERTIFICATES =
      declare(
          "client-certificates",
          TLS,
          ValueType.path("PEM"),
          null,
          "Only clients with one of these certificates, or one issued by them, get in.");

  public static final Setting<Boolean> INSECURE_NO_TLS =
      declare(
          "insecure-no-tls",
          TLS,
          ValueType.flag(),
          false,
          "Without TLS: everyone on the way can read and alter everything.");

  public static final Setting<Duration> IDLE_TIMEOUT =
      declare(
          "idle-timeout",
          PATIENCE,
          ValueType.seconds(),
          Duration.ofMinutes(5),
          "How long a client may be silent between its batches, {standard}.");

  public static final Setting<Duration> IDLE_GRACE =
      declare(
          "idle-grace",
          PATIENCE,
          ValueType.seconds(),
          Duration.ofSeconds(10),
          "A session that has been idle for so long, {standard}, ends when another client needs a"
              + " place.");

  public static final Setting<Duration> HANDSHAKE_TIMEOUT =
      declare(
          "handshake-timeout",
          PATIENCE,
          ValueType.seconds(),
          Duration.ofSeconds(5),
          "From a connection to a client's greeting, at most, {standard}.");

  public static final Setting<Duration> SETUP_TIMEOUT =
      declare(
          "setup-timeout",
          PATIENCE,
          ValueType.seconds(),
          Duration.ofSeconds(30),
          "From the greeting to the end of a session's setup, at most, {standard}.");

  public static final Setting<Duration> RECEIVE_TIMEOUT =
      declare(
          "receive-timeout",
          PATIENCE,
          ValueType.seconds(),
          Duration.ofSeconds(60),
          "How long a client may be silent within its setup or a batch, {standard}.");

  public static final Setting<Integer> LEAST_THROUGHPUT =
      declare(
          "least-throughput",
          PATIENCE,
          ValueType.whole("KIB", 0, 1 << 20),
          16,
          "KiB a second that a client must send and take while it is waited for, on average,"
              + " {standard}; 0 for none.");

  public static final Setting<Double> INPUT_LIMIT =
      declare(
          "input-limit",
          ARITHMETIC,
          ValueType.number("X", NUMBERS::withInputLimit),
          null,
          "Inputs lie within -X..X; what calibration took them to, or else 1.");

  public static final Setting<Integer> INPUT_FRACTION =
      declare(
          "input-fraction",
          ARITHMETIC,
          ValueType.whole("BITS", NUMBERS::withInputFraction),
          NUMBERS.inputFraction(),
          "Fraction bits of inputs where none are calibrated, {standard}.");

  public static final Setting<Integer> HIDDEN_FRACTION =
      declare(
          "hidden-fraction",
          ARITHMETIC,
          ValueType.whole("BITS", NUMBERS::withHiddenFraction),
          NUMBERS.hiddenFraction(),
          "Fraction bits of hidden activations where none are calibrated, {standard}.");

  public static final Setting<Integer> OUTPUT_FRACTION =
      declare(
          "output-fraction",
          ARITHMETIC,
          ValueType.whole("BITS", NUMBERS::withOutputFraction),
          NUMBERS.outputFraction(),
          "Fraction bits of outputs where none are calibrated, {standard}.");

  public static final Setting<Integer> WEIGHT_FRACTION =
      declare(
          "weight-fraction",
          ARITHMETIC,
          ValueType.whole("BITS", NUMBERS::withWeightFraction),
          NUMBERS.weightFraction(),
          "Fraction bits of weights where none are calibrated, {standard}.");

  public static final Setting<Integer> MAX_BITS =
      declare(
          "max-bits",
          ARITHMETIC,
          ValueType.whole("BITS", NUMBERS::withMaxBits),
          NUMBERS.maxBits(),
          "The most bits of an activation, {standard}.");

  public static final Setting<Double> HEADROOM =
      declare(
          "headroom",
          ARITHMETIC,
          ValueType.number("FACTOR", NUMBERS::withHeadroom),
          NUMBERS.headroom(),
          "By how much values may exceed the calibrated ranges, {standard}.");

  public static final Setting<FunctionForm> RELU =
      declare(
          "relu",
          ARITHMETIC,
          ValueType.choice("FORM", List.of(FunctionForm.values())),
          FunctionForm.FITTING,
          "How carries and signs are found, {standard}: circuit takes five times the bytes of"
              + " lookup, but one round; fitting is the one for few, the other for many.");

  public static final Setting<Integer> OT_K =
      declare(
          "ot-k",
          ARITHMETIC,
          ValueType.wholeAmong("K", Plan.TREE_BITS),
          Plan.DEFAULT_TREE_BITS,
          "Oblivious transfers by trees of 2^K keys, {standard}: 8 sends half the bytes of them for"
              + " eight times the work, 2 twice the bytes for half of it.");

  public static final Setting<LayoutChoice> LAYOUT =
      declare(
          "layout",
          ARITHMETIC,
          ValueType.choice("WHICH", List.of(LayoutChoice.AUTO, LayoutChoice.BATCH)),
          LayoutChoice.AUTO,
          "How numbers lie in ciphertexts, {standard}: batch tells clients nothing of the layers"
              + " but sizes, and takes as long for one image as for thousands.");

  public static final Setting<Path> COSTS =
      declare(
          "costs",
          ARITHMETIC,
          ValueType.path("FILE"),
          null,
          "What parts of layers cost on this machine, by which layouts are chosen: read from FILE,"
              + " or measured and written there.");

  public static final Setting<Integer> WEIGHTS_MEMORY =
      declare(
          "weights-memory",
          ARITHMETIC,
          ValueType.whole("MIB", 0, 1 << 20),
          768,
          "MiB that weights may take in the form in which they multiply, {standard}; what has no"
              + " room is computed anew each time.");

  public static final Setting<Scheme> SCHEME =
      declare(
          "scheme",
          ARITHMETIC,
          ValueType.scheme("NAME"),
          Scheme.HYBRID,
          "How the model is computed: hybrid, or another scheme that this program has; a name that"
              + " isn't there lists them.");

  public static final Setting<Integer> THREADS =
      declare(
          "threads",
          ARITHMETIC,
          ValueType.whole("N", 1, 1024),
          Runtime.getRuntime().availableProcessors(),
          "Threads of a session of schemes other than hybrid; all processors.");

  public static final Setting<Outputs> OUTPUT =
      declare(
          "output",
          ARITHMETIC,
          ValueType.choice("WHAT", List.of(Outputs.VALUES, Outputs.CLASS)),
          Outputs.VALUES,
          "What clients learn of a prediction, {standard}: class is the place of the largest"
              + " number and nothing else.");

  private ServerSettings() {}

  private static <T> Setting<T> declare(
      String name, Part part, ValueType<T> type, @Nullable T standard, String help) {
    Setting<T> setting = new Setting<>(name, part, type, standard, help);
    DECLARED.add(setting);
    return setting;
  }

  /** In the order in which they are declared. */
  public static List<Setting<?>> all() {
    return List.copyOf(DECLARED);
  }

  private static void requireHost(String given) {
    if (given.isBlank()) {
      throw new IllegalArgumentException("host is empty; 0.0.0.0 listens on all addresses");
    }
  }
}
