package io.sotto.client;

import io.sotto.channel.AbortReason;
import io.sotto.channel.Traffic;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.session.ClientLimits;
import io.sotto.converter.session.ClientSession;
import io.sotto.converter.session.StepReport;
import io.sotto.converter.step.Handover;
import io.sotto.data.Tensor;
import io.sotto.transport.ConnectorOptions;
import io.sotto.transport.NettyChannel;
import io.sotto.transport.ServerIdentity;
import io.sotto.transport.ServerTrust;
import io.sotto.transport.SottoConnector;
import io.sotto.transport.WireCounters;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * One session with a Sotto server: predictions on inputs that the server doesn't see.
 *
 * <pre>{@code
 * try (SottoClient client = SottoClient.connect("localhost", 7443)) {
 *   float[][] outputs = client.predict(images);
 * }
 * }</pre>
 *
 * <p><b>Security.</b> The server learns how many images each batch has, nothing of the inputs, the
 * values inside the network or the predictions; this side learns the predictions, and of the model
 * what {@link ServedModel} tells. Both hold against a server that follows the protocol; see
 * SECURITY.md. The connection is TLS 1.3, the server's certificate verified, unless {@link
 * Builder#insecureWithoutTls} was asked for.
 *
 * <p><b>Threading.</b> All methods may be called from any thread. One thread of this client does
 * the work: predictions queue and run one after another. {@link #predict(Tensor)} waits and is not
 * interruptible; {@link #close} ends it.
 *
 * <p><b>Failure.</b> Connecting: {@link io.sotto.transport.TransportException}, or {@link
 * io.sotto.converter.session.PlanTooLargeException}. A batch that the model doesn't take: {@link
 * IllegalArgumentException}, and nothing was sent; the session goes on. Whatever happens to the
 * session itself: {@link io.sotto.channel.ChannelException}, or a PlanTooLargeException if the
 * model computes here for too long; the session is then dead and wiped, and further calls throw
 * {@link SessionEndedException}: connect again.
 */
public final class SottoClient implements AutoCloseable {
  /** The port that servers listen on if not told otherwise. */
  public static final int DEFAULT_PORT = 7443;

  private final NettyChannel channel;
  private final SessionThread thread;
  private final ClientSession session;
  private final ServedModel model;
  private final BatchRules rules;
  private final SessionState state;

  private SottoClient(
      NettyChannel channel, SessionThread thread, ClientSession session, BatchRules rules) {
    this.channel = channel;
    this.thread = thread;
    this.session = session;
    this.rules = rules;
    this.model = ServedModel.of(session.plan());
    this.state = new SessionState(channel.peer());
  }

  /**
   * Connects with the defaults of {@link Builder}: servers whose certificate an authority known to
   * the JDK has issued, and this user's own server on this machine.
   */
  public static SottoClient connect(String host, int port) {
    return builder(host, port).connect();
  }

  public static Builder builder(String host, int port) {
    return new Builder(host, port);
  }

  /** What the server serves. */
  public ServedModel model() {
    return model;
  }

  /**
   * Predicts a batch, one row an image, the numbers in the order of the model's input.
   *
   * @see #predict(Tensor)
   */
  public float[][] predict(float[][] batch) {
    Tensor outputs = predict(Tensor.ofRows(batch)).outputs();
    return new Tensor(List.of(outputs.rows(), outputs.rowElements()), outputs.values()).toRows();
  }

  /**
   * Predicts a batch: first axis the image, then the axes of {@link ServedModel#inputShape}, with
   * or without axes of length 1, or all numbers of an image in one axis. A batch of more images
   * than the model takes at once is split.
   */
  public Prediction predict(Tensor batch) {
    return predict(List.of(batch));
  }

  /**
   * As {@link #predict(Tensor)} for a model with several inputs: a tensor each, in the order of
   * {@link ServedModel#inputShapes}, all of as many images.
   */
  public Prediction predict(List<Tensor> batch) {
    return thread.isCurrent() ? run(batch) : Handover.take(predictAsync(batch));
  }

  /**
   * As {@link #predict(Tensor)}, without waiting. The batch must not be changed before the future
   * is done. Cancelling the future doesn't stop the work; {@link #close} does.
   */
  public CompletableFuture<Prediction> predictAsync(Tensor batch) {
    return predictAsync(List.of(batch));
  }

  /** As {@link #predict(List)}, without waiting. */
  public CompletableFuture<Prediction> predictAsync(List<Tensor> batch) {
    try {
      return thread.submit(() -> run(batch));
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(state.ended());
    }
  }

  private Prediction run(List<Tensor> batch) {
    state.beginPrediction();
    try {
      SplitBatch checked = SplitBatch.of(model.plan(), batch, rules);
      try {
        return checked.predict(session);
      } catch (RuntimeException | Error e) {
        state.fail(e);
        session.close();
        throw e;
      }
    } finally {
      state.endPrediction();
    }
  }

  /** The most images that one run of the session takes. */
  int batchLimit() {
    return rules.mostImages();
  }

  /** What the session's setup took, before the first batch. */
  public StepReport setup() {
    return session.setup();
  }

  /** Protocol messages of this session so far; final after {@link #close}. */
  public Traffic traffic() {
    return channel.traffic();
  }

  /** Bytes of this session's connection so far, TLS included; final after {@link #close}. */
  public WireCounters wire() {
    return channel.wireCounters();
  }

  /** Ends the session and wipes its keys. Predictions that still run or wait fail. */
  @Override
  public void close() {
    if (!state.close()) {
      return;
    }
    if (thread.isCurrent()) {
      thread.end();
      session.close();
      return;
    }
    if (state.isPredicting()) {
      session.cancel(); // ends the thread's loops; the next line ends its waits
      channel.abort(AbortReason.SHUTTING_DOWN); // wakes the thread, which may wait for the server
    }
    Handover.take(thread.endWith(session::close));
  }

  /** How to connect. Each setting is optional. */
  public static final class Builder {
    private final String host;
    private final int port;
    private ServerTrust trust = ServerTrust.standard();
    private ConnectorOptions options = ConnectorOptions.defaults();
    private ClientLimits limits = ClientLimits.DEFAULT;
    private int batchLimit = Integer.MAX_VALUE;
    private boolean clips;
    private PlanCodec codec = PlanCodec.STOCK;

    private Builder(String host, int port) {
      this.host = host;
      this.port = port;
    }

    /**
     * Trusts just the certificate with this SHA-256 (hex), which the server prints when it starts.
     */
    public Builder trustFingerprint(String sha256) {
      trust = ServerTrust.pinned(sha256);
      return this;
    }

    /** Trusts just the certificates of this PEM file and those issued by them. */
    public Builder trustPem(Path pem) {
      trust = ServerTrust.certificates(pem);
      return this;
    }

    /**
     * Shows a certificate to a server that asks for one: {@code cert.pem} and {@code key.pem} of
     * this directory, which are made if they aren't there.
     */
    public Builder identity(Path directory) {
      options = options.withClientIdentity(ServerIdentity.loadOrCreate(directory));
      return this;
    }

    /** For the TCP connection; 10 s if not set. */
    public Builder connectTimeout(Duration timeout) {
      options = options.withConnectTimeout(timeout);
      return this;
    }

    /**
     * How long the server may be silent while it is waited for, and how long its model may keep
     * this side computing without a message; 60 s if not set.
     */
    public Builder receiveTimeout(Duration timeout) {
      options = options.withLimits(options.limits().withReceiveTimeout(timeout));
      limits = limits.withSilence(timeout);
      return this;
    }

    /**
     * Refuses a model of which an image would take more memory here, native or on the heap, splits
     * batches into parts that don't, and refuses those whose outputs would; 4 GiB if not set.
     */
    public Builder memoryLimit(long bytes) {
      limits = limits.withMemory(bytes);
      return this;
    }

    /**
     * Refuses a model of which an image would take more operations here, of about a nanosecond
     * each; 32 billion if not set, four times what a network like ResNet-50 takes.
     */
    public Builder workLimit(long operations) {
      limits = limits.withWork(operations);
      return this;
    }

    /**
     * Splits batches into parts of at most so many images; as many as the model takes, and the
     * memory limit allows, if not set.
     */
    public Builder batchLimit(int images) {
      if (images < 1) {
        throw new IllegalArgumentException(
            "a batch limit of " + images + " images given; allowed are 1 and more");
      }
      batchLimit = images;
      return this;
    }

    /**
     * Takes numbers outside the range of the model's input as the ends of the range; {@link
     * Prediction#clipped} counts them. Batches with such numbers are refused if not set.
     */
    public Builder clipInputs() {
      clips = true;
      return this;
    }

    /**
     * No TLS: everybody on the network path can read and alter everything, and the protocol then
     * protects neither side. For measurements on one machine.
     */
    public Builder insecureWithoutTls() {
      options = options.insecureWithoutTls();
      return this;
    }

    /**
     * Takes plans of other kinds of step than Sotto's own, too, which programs have that compare it
     * with others.
     */
    public Builder planCodec(PlanCodec kinds) {
      codec = kinds;
      return this;
    }

    /** Opens several sessions that share the work of large batches. */
    public ParallelClient connectParallel(int sessions) {
      return ParallelClient.connect(this, sessions);
    }

    /** Connects and sets the session up: keys, and the garbled circuits' base. */
    public SottoClient connect() {
      NettyChannel channel = SottoConnector.connect(host, port, trust, options);
      SessionThread thread = new SessionThread(channel.peer());
      try {
        ClientSession session =
            Handover.take(
                thread.submit(
                    () -> ClientSession.open(channel, new SecureRandom(), limits, codec)));
        int mostImages = Math.min(batchLimit, session.mostImages());
        BatchRules rules = new BatchRules(limits.memoryBytes(), mostImages, clips);
        return new SottoClient(channel, thread, session, rules);
      } catch (RuntimeException | Error e) {
        thread.end();
        channel.close();
        throw e;
      }
    }
  }
}
