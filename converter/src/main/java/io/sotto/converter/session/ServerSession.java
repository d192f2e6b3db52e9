package io.sotto.converter.session;

import io.sotto.channel.Channel;
import io.sotto.channel.ChannelException;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.setup.ServerSetups;
import io.sotto.converter.setup.SetupContext;
import io.sotto.converter.step.MessageKinds;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.ServerStep;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/**
 * The server's side of a session: it sends the plan, prepares once what its steps stand on, then
 * serves batches until the client ends the session.
 *
 * <p><b>Security.</b> The client learns the plan, and of each batch its outputs. A session that
 * failed is dead: nothing of it is used again, and its memory is wiped.
 *
 * <p><b>Threading.</b> One thread; {@link Channel#abort} of its channel from any ends it.
 *
 * <p><b>Failure.</b> {@link ChannelException}s.
 */
public final class ServerSession implements AutoCloseable {
  private final Channel channel;
  private final Scope scope;
  private final ServerPlan plan;
  private final ServerParty party;
  private final StepReport setup;

  private ServerSession(
      Channel channel, Scope scope, ServerPlan plan, ServerParty party, StepReport setup) {
    this.channel = channel;
    this.scope = scope;
    this.plan = plan;
    this.party = party;
    this.setup = setup;
  }

  /** Sets a session up over a fresh channel, which then belongs to it. */
  public static ServerSession open(Channel channel, ServerPlan plan, SecureRandom random) {
    Scope scope = new Scope();
    try {
      StepTimer timer = new StepTimer(channel, Traffic.NONE);
      channel.send(MessageKinds.PLAN, ByteBuffer.wrap(PlanCodec.encode(plan.plan())));
      ServerSetups setups =
          ServerSetups.prepare(
              plan.plan().setups(), new SetupContext(channel, random, plan.plan().trees(), scope));
      timer.row("setup", 0);
      return new ServerSession(
          channel, scope, plan, new ServerParty(channel, setups, random), timer.rows().get(0));
    } catch (RuntimeException | Error e) {
      SessionFailure.tell(channel, e);
      scope.close();
      throw e;
    }
  }

  /** What the setup took. */
  public StepReport setup() {
    return setup;
  }

  /** What a batch was and took. */
  public record Served(int images, List<StepReport> steps) {
    public Served {
      steps = List.copyOf(steps);
    }
  }

  /** Waits for the next batch and serves it; empty when the client has ended the session. */
  public Optional<Served> serveBatch() {
    Plan view = plan.plan();
    try (LiveValues values = new LiveValues(view)) {
      StepTimer timer = new StepTimer(channel, channel.traffic());
      int images = receiveBatch();
      if (images == 0) {
        return Optional.empty();
      }
      for (InputSpec input : view.inputs()) {
        values.addInput(scope -> input.format().allocate(images, scope));
      }
      timer.row("input", StepTimer.elements(view));
      for (int i = 0; i < plan.steps().size(); i++) {
        ServerStep step = plan.steps().get(i);
        values.run(i, (inputs, scope) -> step.run(party, inputs, scope));
        values.release(i);
        timer.row(step.spec().kind().name(), step.spec().output().elements());
      }
      return Optional.of(new Served(images, timer.rows()));
    } catch (RuntimeException | Error e) {
      SessionFailure.tell(channel, e);
      throw e;
    }
  }

  private int receiveBatch() {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    channel.receive(MessageKinds.BATCH, bytes);
    int images = bytes.getInt(0);
    if (images < 0 || images > plan.plan().maxImages()) {
      throw new PeerViolationException(
          "a batch of %s images asked for; allowed are up to %d"
              .formatted(Integer.toUnsignedString(images), plan.plan().maxImages()));
    }
    return images;
  }

  /** Ends the session and wipes what belongs to it. */
  @Override
  public void close() {
    channel.close();
    scope.close();
  }
}
