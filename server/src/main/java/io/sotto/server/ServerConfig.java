package io.sotto.server;

import static io.sotto.server.ServerSettings.CERTIFICATE;
import static io.sotto.server.ServerSettings.CLIENT_CERTIFICATES;
import static io.sotto.server.ServerSettings.IDENTITY;
import static io.sotto.server.ServerSettings.INSECURE_NO_TLS;
import static io.sotto.server.ServerSettings.MODEL_DIRECTORY;
import static io.sotto.server.ServerSettings.PRIVATE_KEY;

import io.sotto.converter.step.FunctionForm;
import io.sotto.server.compile.ModelCompiler.Outputs;
import io.sotto.server.compile.layouts.LayoutChoice;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import io.sotto.transport.ListenerOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server serves, and how, in parts. Made by a {@link Builder} from {@link ServerSettings},
 * which {@link ConfigFile} reads from a file; only the model must be named.
 *
 * <p><b>Security.</b> By default a server listens on this machine only, with TLS; listening on
 * others takes a host, going without TLS a setting whose name says that it is insecure.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> {@link Builder#build} throws {@link ConfigException} for settings that don't
 * go together, {@link Builder#set} {@link IllegalArgumentException} for values out of range.
 *
 * @param model what is served
 * @param arithmetic how it is computed
 * @param listening where clients find it, and how many at a time
 * @param tls how the two sides know each other
 * @param patience what of the server's time a client may take
 * @param given the settings that were given; the others have their standard values
 */
public record ServerConfig(
    Model model,
    Arithmetic arithmetic,
    Listening listening,
    Tls tls,
    ClientPatience patience,
    Set<Setting<?>> given) {

  public ServerConfig {
    given = Set.copyOf(given);
  }

  /**
   * The model's files.
   *
   * @param directory of the SavedModel
   * @param signature of the model, null for {@code serving_default} or else the only one
   * @param ranges file with calibrated ranges, null for the one beside the model if there is one
   */
  public record Model(Path directory, @Nullable String signature, @Nullable Path ranges) {
    /** Where ranges are looked for. */
    public Path rangesFile() {
      return ranges != null ? ranges : Ranges.besideModel(directory);
    }
  }

  /**
   * How numbers are represented and computed with.
   *
   * @param fixedPoint how numbers become fixed point
   * @param relu how relus are computed
   * @param treeBits of the trees by which oblivious transfers are extended
   * @param layouts how numbers lie in ciphertexts
   * @param scheme how the model is computed
   * @param threads that a session of a scheme other than hybrid computes ciphertexts on
   * @param outputs what clients learn of a prediction
   */
  public record Arithmetic(
      FixedPointSettings fixedPoint,
      FunctionForm relu,
      int treeBits,
      Layouts layouts,
      Scheme scheme,
      int threads,
      Outputs outputs) {}

  /**
   * How numbers lie in ciphertexts.
   *
   * @param choice which layouts there may be
   * @param costs file with what parts of layers cost on this machine, null for the usual costs
   * @param weightsMemory MiB that weights may take in the form in which they multiply
   */
  public record Layouts(LayoutChoice choice, @Nullable Path costs, int weightsMemory) {}

  /**
   * Where a server is, and for how many.
   *
   * @param host name or address to listen on
   * @param port 0 for any free one
   * @param maxSessions sessions at a time; further clients are told that the server is busy
   * @param sessionsPerAddress at a time; null for half of all, and at least two, or for all where
   *     the server listens on this machine only, and so every client has one address
   */
  public record Listening(
      String host, int port, int maxSessions, @Nullable Integer sessionsPerAddress) {
    /** How many sessions an address may have. */
    int mostOfAddress() {
      if (sessionsPerAddress != null) {
        return sessionsPerAddress;
      }
      return isThisMachine(host) ? maxSessions : ListenerOptions.fairShare(maxSessions);
    }

    private static boolean isThisMachine(String host) {
      try {
        return InetAddress.getByName(host).isLoopbackAddress();
      } catch (UnknownHostException e) {
        return false; // listening there says what is wrong
      }
    }
  }

  /** With Sotto's own scheme to choose from. */
  public static Builder builder() {
    return builder(Schemes.STOCK);
  }

  public static Builder builder(Schemes schemes) {
    return new Builder(schemes);
  }

  /** Collects settings; later ones replace earlier ones. */
  public static final class Builder {
    private final Schemes schemes;
    private final Map<Setting<?>, Object> given = new LinkedHashMap<>();

    private Builder(Schemes schemes) {
      this.schemes = schemes;
    }

    /** Gives a setting a value. */
    public <T> Builder set(Setting<T> setting, T value) {
      return setWritten(setting, value);
    }

    /**
     * Gives a setting what was written for it, in the form of its type.
     *
     * @throws IllegalArgumentException if that isn't allowed
     */
    public Builder setWritten(Setting<?> setting, Object written) {
      Object meant =
          setting.equals(ServerSettings.SCHEME) && written instanceof String name
              ? schemes.named(name)
              : written;
      given.put(setting, setting.check(meant));
      return this;
    }

    /** As {@link #set}, for the one that is always needed. */
    public Builder model(Path directory) {
      return set(MODEL_DIRECTORY, directory);
    }

    public Builder host(String nameOrAddress) {
      return set(ServerSettings.HOST, nameOrAddress);
    }

    public Builder port(int number) {
      return set(ServerSettings.PORT, number);
    }

    public Builder identity(Path directory) {
      return set(IDENTITY, directory);
    }

    public Builder scheme(Scheme scheme) {
      return set(ServerSettings.SCHEME, scheme);
    }

    public Builder threads(int number) {
      return set(ServerSettings.THREADS, number);
    }

    /** What was given, or else the standard value, or null if there is none. */
    @SuppressWarnings("unchecked") // what is put for a setting is of its type
    private <T> @Nullable T find(Setting<T> setting) {
      Object value = given.get(setting);
      return value == null ? setting.standard() : (T) value;
    }

    private <T> T get(Setting<T> setting) {
      @Nullable T value = find(setting);
      if (value == null) {
        throw new IllegalStateException(setting + " has no standard value");
      }
      return value;
    }

    public ServerConfig build() {
      return new ServerConfig(
          model(),
          new Arithmetic(
              fixedPoint(),
              get(ServerSettings.RELU),
              get(ServerSettings.OT_K),
              new Layouts(
                  get(ServerSettings.LAYOUT),
                  find(ServerSettings.COSTS),
                  get(ServerSettings.WEIGHTS_MEMORY)),
              get(ServerSettings.SCHEME),
              get(ServerSettings.THREADS),
              get(ServerSettings.OUTPUT)),
          new Listening(
              get(ServerSettings.HOST),
              get(ServerSettings.PORT),
              get(ServerSettings.MAX_SESSIONS),
              find(ServerSettings.MAX_SESSIONS_PER_ADDRESS)),
          tls(),
          new ClientPatience(
              get(ServerSettings.HANDSHAKE_TIMEOUT),
              get(ServerSettings.SETUP_TIMEOUT),
              get(ServerSettings.RECEIVE_TIMEOUT),
              get(ServerSettings.IDLE_TIMEOUT),
              get(ServerSettings.IDLE_GRACE),
              get(ServerSettings.LEAST_THROUGHPUT)),
          given.keySet());
    }

    private Model model() {
      Path directory = find(MODEL_DIRECTORY);
      if (directory == null) {
        throw new ConfigException(
            "no model is given; name a SavedModel directory by --model DIR or by `model = DIR` in"
                + " the configuration file");
      }
      return new Model(directory, find(ServerSettings.SIGNATURE), find(ServerSettings.RANGES));
    }

    private FixedPointSettings fixedPoint() {
      return new FixedPointSettings(
          get(ServerSettings.INPUT_FRACTION),
          get(ServerSettings.HIDDEN_FRACTION),
          get(ServerSettings.OUTPUT_FRACTION),
          get(ServerSettings.WEIGHT_FRACTION),
          get(ServerSettings.MAX_BITS),
          get(ServerSettings.HEADROOM),
          find(ServerSettings.INPUT_LIMIT));
    }

    private Tls tls() {
      Path identity = find(IDENTITY);
      Path certificate = find(CERTIFICATE);
      Path privateKey = find(PRIVATE_KEY);
      Path clients = find(CLIENT_CERTIFICATES);
      if ((certificate == null) != (privateKey == null)) {
        throw new ConfigException("certificate and private-key go together; only one is given");
      }
      if (certificate != null && identity != null) {
        throw new ConfigException("identity and certificate exclude each other; give one of them");
      }
      if (get(INSECURE_NO_TLS)) {
        if (certificate != null || identity != null || clients != null) {
          throw new ConfigException("certificates are of no use with insecure-no-tls; give either");
        }
        return new Tls.Insecure();
      }
      return certificate == null || privateKey == null
          ? new Tls.Identity(identity, clients)
          : new Tls.Certificate(certificate, privateKey, clients);
    }
  }
}
