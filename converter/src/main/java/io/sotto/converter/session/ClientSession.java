package io.sotto.converter.session;

import io.sotto.channel.Channel;
import io.sotto.channel.ChannelException;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.setup.ClientSetups;
import io.sotto.converter.setup.SetupContext;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.MessageKinds;
import io.sotto.converter.step.StepSpec;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * The client's side of a session: it receives the plan, prepares once what its steps stand on, then
 * predicts batches.
 *
 * <p><b>Security.</b> The server learns how many images each batch has, and that the client follows
 * the protocol. Keys live as long as the session and are wiped with it. A session that failed is
 * dead: nothing of it is used again.
 *
 * <p><b>Threading.</b> One thread; {@link #cancel} from any; {@link #close} from any, at the end of
 * the current batch at the latest.
 *
 * <p><b>Failure.</b> {@link ChannelException}s; {@link PlanTooLargeException} for what passes the
 * limits; {@link IllegalArgumentException} for inputs that the plan doesn't take. Inputs that the
 * plan doesn't take and batches too large for this side's memory are refused before anything is
 * sent, which leaves the session usable.
 */
public final class ClientSession implements AutoCloseable {
  private final Channel channel;
  private final Scope scope;
  private final Plan plan;
  private final ClientLimits limits;
  private final ClientParty party;
  private final Deadline deadline;
  private final StepReport setup;
  private boolean dead;

  private ClientSession(
      Channel channel,
      Scope scope,
      Plan plan,
      ClientLimits limits,
      ClientParty party,
      Deadline deadline,
      StepReport setup) {
    this.channel = channel;
    this.scope = scope;
    this.plan = plan;
    this.limits = limits;
    this.party = party;
    this.deadline = deadline;
    this.setup = setup;
  }

  /**
   * Sets a session up over a fresh channel, which then belongs to it, with the usual limits but for
   * this one of memory.
   */
  public static ClientSession open(Channel channel, SecureRandom random, long memoryLimit) {
    return open(channel, random, ClientLimits.DEFAULT.withMemory(memoryLimit));
  }

  /**
   * Sets a session up over a fresh channel, which then belongs to it.
   *
   * @param limits a plan that wants more for an image is refused before anything is computed for
   *     it, a batch that does before anything is sent
   */
  public static ClientSession open(Channel channel, SecureRandom random, ClientLimits limits) {
    return open(channel, random, limits, PlanCodec.STOCK);
  }

  /**
   * The same of a client that knows other kinds of step, too.
   *
   * @param codec of the kinds that it knows
   */
  public static ClientSession open(
      Channel channel, SecureRandom random, ClientLimits limits, PlanCodec codec) {
    Scope scope = new Scope();
    try {
      StepTimer timer = new StepTimer(channel, Traffic.NONE);
      Plan plan = receivePlan(channel, codec);
      limits.check(plan);
      ClientSetups setups =
          ClientSetups.prepare(
              plan.setups(), new SetupContext(channel, random, plan.trees(), scope));
      timer.row("setup", 0);
      Deadline deadline = new Deadline(channel, limits.silence());
      return new ClientSession(
          channel,
          scope,
          plan,
          limits,
          new ClientParty(channel, setups, random, deadline),
          deadline,
          timer.rows().get(0));
    } catch (RuntimeException | Error e) {
      SessionFailure.tell(channel, e);
      scope.close();
      throw e;
    }
  }

  private static Plan receivePlan(Channel channel, PlanCodec codec) {
    ByteBuffer bytes = channel.receive(MessageKinds.PLAN, PlanCodec.MAX_BYTES);
    try {
      return codec.decode(bytes);
    } catch (IllegalArgumentException e) {
      throw new PeerViolationException("the server's plan can't be used: " + e.getMessage(), e);
    }
  }

  /** What this client knows of the model. */
  public Plan plan() {
    return plan;
  }

  /** How many images a batch may have at most, by the plan and by this side's limits. */
  public int mostImages() {
    return limits.mostImages(plan);
  }

  /** What the setup took. */
  public StepReport setup() {
    return setup;
  }

  /**
   * What a model says to one batch, in the order of the plan's reveals, and what each step took.
   */
  public record Prediction(List<FixedTensor> results, List<StepReport> steps) {
    public Prediction {
      results = List.copyOf(results);
      steps = List.copyOf(steps);
    }

    /**
     * The output, of a model that has one.
     *
     * @throws IllegalStateException if it has several
     */
    public FixedTensor outputs() {
      if (results.size() != 1) {
        throw new IllegalStateException("this model has " + results.size() + " outputs");
      }
      return results.get(0);
    }
  }

  /** {@link #predict(List)} for a plan with one input. */
  public Prediction predict(FixedTensor batch) {
    return predict(List.of(batch));
  }

  /**
   * Predicts a batch of at most {@link #mostImages} images, each input quantized by its {@link
   * io.sotto.converter.plan.InputSpec}.
   */
  public Prediction predict(List<FixedTensor> batch) {
    if (dead) {
      throw new IllegalStateException("this session has ended; open another one");
    }
    requireTaken(batch);
    int images = batch.get(0).images();
    try (LiveValues values = new LiveValues(plan)) {
      StepTimer timer = new StepTimer(channel, channel.traffic());
      announce(images);
      deadline.restart();
      for (FixedTensor input : batch) {
        values.addInput(scope -> share(input, scope));
      }
      timer.row("input", StepTimer.elements(plan));
      List<FixedTensor> results = new ArrayList<>();
      for (int i = 0; i < plan.steps().size(); i++) {
        deadline.check();
        StepSpec spec = plan.steps().get(i).spec();
        ClientStep step = spec.client();
        Shares result = values.run(i, (inputs, scope) -> step.run(party, inputs, scope));
        if (plan.steps().get(i).reveals()) {
          results.add(open(result));
        }
        values.release(i);
        timer.row(spec.kind().name(), spec.output().elements());
      }
      return new Prediction(results, timer.rows());
    } catch (RuntimeException | Error e) {
      dead = true;
      SessionFailure.tell(channel, e);
      throw e;
    }
  }

  private void requireTaken(List<FixedTensor> batch) {
    if (batch.size() != plan.inputs().size()) {
      throw new IllegalArgumentException(
          "%d inputs given; the plan takes %d".formatted(batch.size(), plan.inputs().size()));
    }
    int images = batch.get(0).images();
    for (int i = 0; i < batch.size(); i++) {
      FixedTensor input = batch.get(i);
      ExactFormat format = plan.inputs().get(i).format();
      if (!input.format().equals(format) || input.images() > plan.maxImages()) {
        throw new IllegalArgumentException(
            "a batch of %d images of %s given; the plan takes up to %d of %s"
                .formatted(input.images(), input.format(), plan.maxImages(), format));
      }
      if (input.images() != images) {
        throw new IllegalArgumentException(
            "inputs of %d and %d images given; all inputs of a batch have as many"
                .formatted(images, input.images()));
      }
    }
    limits.checkBatch(plan, images);
  }

  private void announce(int images) {
    channel.send(
        MessageKinds.BATCH,
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, images));
  }

  /** The client's share of the input is the input: the server's is zero. */
  private static Shares share(FixedTensor batch, Scope run) {
    ExactShares shares = ((ExactFormat) batch.format()).allocate(batch.images(), run);
    long mask = batch.format().mask();
    var words = shares.values().longs();
    for (int i = 0; i < batch.values().length; i++) {
      words.put(i, batch.values()[i] & mask);
    }
    return shares;
  }

  private static FixedTensor open(Shares outputs) {
    FixedTensor opened = new FixedTensor(outputs.format(), outputs.images());
    var words = outputs.values().longs();
    for (int i = 0; i < opened.values().length; i++) {
      opened.values()[i] = outputs.format().signed(words.get(i));
    }
    return opened;
  }

  /**
   * Ends a batch that is computed now at its next loop or message, from any thread; the channel
   * must be aborted as well to end its waiting. The session has to be closed all the same.
   */
  public void cancel() {
    deadline.cancel();
  }

  /** Ends the session and wipes its keys. */
  @Override
  public void close() {
    if (!dead) {
      dead = true;
      try {
        announce(0);
        channel.flush();
      } catch (ChannelException e) {
        // The server is gone already; there is nobody left to tell.
      }
    }
    channel.close();
    scope.close();
  }
}
