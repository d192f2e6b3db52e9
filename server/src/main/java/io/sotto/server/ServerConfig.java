package io.sotto.server;

import io.sotto.converter.plan.Plan;
import io.sotto.converter.step.FunctionForm;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a server serves, and how. Made by a {@link Builder}, which {@link ConfigFile} fills from a
 * file; only the model must be named.
 *
 * <p><b>Security.</b> By default a server listens on this machine only, with TLS; listening on
 * others takes a host, going without TLS a setting whose name says that it is insecure.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> {@link Builder#build} throws {@link ConfigException} for settings that don't
 * go together, the setters {@link IllegalArgumentException} for values out of range.
 *
 * @param model directory of the SavedModel
 * @param signature of the model, null for {@code serving_default} or else the only one
 * @param ranges file with calibrated ranges, null for the one beside the model if there is one
 * @param host name or address to listen on
 * @param port 0 for any free one
 * @param identity directory where the server's certificate is kept, and made if there is none; null
 *     for the user's own
 * @param certificate PEM file of a certificate to use instead of the identity's, null for none
 * @param privateKey PEM file of that certificate's key
 * @param clientCertificates PEM file of the certificates that clients must show or be issued by;
 *     null if clients need none
 * @param insecureNoTls no TLS: everyone on the way can read and alter everything
 * @param maxSessions sessions at a time; further clients are told that the server is busy
 * @param idleTimeout how long a client may be silent between its batches
 * @param peers what else a client may take of the server's time and places
 * @param fixedPoint how numbers become fixed point
 * @param relu how relus are computed
 * @param treeBits of the trees by which oblivious transfers are extended
 * @param scheme how the model is computed
 * @param threads that a session of a scheme other than hybrid computes ciphertexts on
 * @param outputs what clients learn of a prediction
 */
public record ServerConfig(
    Path model,
    @Nullable String signature,
    @Nullable Path ranges,
    String host,
    int port,
    @Nullable Path identity,
    @Nullable Path certificate,
    @Nullable Path privateKey,
    @Nullable Path clientCertificates,
    boolean insecureNoTls,
    int maxSessions,
    Duration idleTimeout,
    PeerLimits peers,
    FixedPointSettings fixedPoint,
    FunctionForm relu,
    int treeBits,
    Scheme scheme,
    int threads,
    ModelCompiler.Outputs outputs) {
  public static final String DEFAULT_HOST = "127.0.0.1";
  public static final int DEFAULT_PORT = 7443;
  public static final int DEFAULT_MAX_SESSIONS = 4;
  public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofMinutes(5);

  /** With Sotto's own scheme to choose from. */
  public static Builder builder() {
    return builder(Schemes.STOCK);
  }

  public static Builder builder(Schemes schemes) {
    return new Builder(schemes);
  }

  /** Where ranges are looked for. */
  public Path rangesFile() {
    return ranges != null ? ranges : Ranges.besideModel(model);
  }

  /** Collects settings; later ones replace earlier ones. */
  public static final class Builder {
    private final Schemes schemes;
    private @Nullable Path model;
    private @Nullable String signature;
    private @Nullable Path ranges;
    private String host = DEFAULT_HOST;
    private int port = DEFAULT_PORT;
    private @Nullable Path identity;
    private @Nullable Path certificate;
    private @Nullable Path privateKey;
    private @Nullable Path clientCertificates;
    private boolean insecureNoTls;
    private int maxSessions = DEFAULT_MAX_SESSIONS;
    private Duration idleTimeout = DEFAULT_IDLE_TIMEOUT;
    private PeerLimits peers = PeerLimits.DEFAULTS;
    private FixedPointSettings fixedPoint = FixedPointSettings.DEFAULTS;
    private FunctionForm relu = FunctionForm.LOOKUP;
    private int treeBits = Plan.DEFAULT_TREE_BITS;
    private Scheme scheme = Scheme.HYBRID;
    private int threads = Runtime.getRuntime().availableProcessors();
    private ModelCompiler.Outputs outputs = ModelCompiler.Outputs.VALUES;

    private Builder(Schemes schemes) {
      this.schemes = schemes;
    }

    public Builder model(Path directory) {
      model = directory;
      return this;
    }

    public Builder signature(String name) {
      signature = name;
      return this;
    }

    public Builder ranges(Path file) {
      ranges = file;
      return this;
    }

    public Builder host(String nameOrAddress) {
      if (nameOrAddress.isBlank()) {
        throw new IllegalArgumentException("host is empty; 0.0.0.0 listens on all addresses");
      }
      host = nameOrAddress;
      return this;
    }

    public Builder port(int number) {
      PeerLimits.requireWithin("port", number, 0, 65535);
      port = number;
      return this;
    }

    public Builder identity(Path directory) {
      identity = directory;
      return this;
    }

    public Builder certificate(Path pem) {
      certificate = pem;
      return this;
    }

    public Builder privateKey(Path pem) {
      privateKey = pem;
      return this;
    }

    public Builder clientCertificates(Path pem) {
      clientCertificates = pem;
      return this;
    }

    public Builder insecureNoTls(boolean withoutTls) {
      insecureNoTls = withoutTls;
      return this;
    }

    public Builder maxSessions(int sessions) {
      PeerLimits.requireWithin("max-sessions", sessions, 1, 1000);
      maxSessions = sessions;
      return this;
    }

    public Builder idleTimeout(Duration timeout) {
      PeerLimits.requireTime("idle-timeout", timeout);
      idleTimeout = timeout;
      return this;
    }

    public Builder peers(PeerLimits limits) {
      peers = limits;
      return this;
    }

    public Builder fixedPoint(FixedPointSettings settings) {
      fixedPoint = settings;
      return this;
    }

    public Builder relu(FunctionForm form) {
      relu = form;
      return this;
    }

    /** SoftSpoken's k: more is fewer bytes and more work. */
    public Builder treeBits(int bits) {
      if (!Plan.TREE_BITS.contains(bits)) {
        throw new IllegalArgumentException("ot-k is " + bits + "; allowed are 2, 4 and 8");
      }
      treeBits = bits;
      return this;
    }

    public Builder scheme(Scheme chosen) {
      scheme = chosen;
      return this;
    }

    /** The one of this name among those that the builder was given. */
    public Builder scheme(String name) {
      return scheme(schemes.named(name));
    }

    public Builder threads(int number) {
      PeerLimits.requireWithin("threads", number, 1, 1024);
      threads = number;
      return this;
    }

    public Builder outputs(ModelCompiler.Outputs told) {
      outputs = told;
      return this;
    }

    /** What is set so far. */
    public FixedPointSettings fixedPoint() {
      return fixedPoint;
    }

    /** What is set so far. */
    public PeerLimits peers() {
      return peers;
    }

    public ServerConfig build() {
      if (model == null) {
        throw new ConfigException(
            "no model is given; name a SavedModel directory by --model DIR or by `model = DIR` in the"
                + " configuration file");
      }
      if ((certificate == null) != (privateKey == null)) {
        throw new ConfigException("certificate and private-key go together; only one is given");
      }
      if (certificate != null && identity != null) {
        throw new ConfigException("identity and certificate exclude each other; give one of them");
      }
      if (insecureNoTls
          && (certificate != null || identity != null || clientCertificates != null)) {
        throw new ConfigException("certificates are of no use with insecure-no-tls; give either");
      }
      return new ServerConfig(
          model,
          signature,
          ranges,
          host,
          port,
          identity,
          certificate,
          privateKey,
          clientCertificates,
          insecureNoTls,
          maxSessions,
          idleTimeout,
          peers,
          fixedPoint,
          relu,
          treeBits,
          scheme,
          threads,
          outputs);
    }
  }
}
