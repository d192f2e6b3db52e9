package io.sotto.converter.attack;

import io.sotto.channel.Channel;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.linear.RingKeys;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.setup.ClientSetups;
import io.sotto.converter.setup.ServerSetups;
import io.sotto.converter.setup.SetupContext;
import io.sotto.converter.shares.ExactShares;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientParty;
import io.sotto.converter.step.ServerParty;
import io.sotto.converter.step.StopSignal;
import io.sotto.gc.testing.DeterministicRandom;
import io.sotto.gc.testing.TwoParties;
import io.sotto.natives.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Queries of both parties' real steps: the server's as they are, the client's with a channel that
 * keeps what it receives. Batches are of one and the same input, as many times as the ring has
 * coefficients.
 */
final class RealQueries implements Queries {
  private final int fractions;
  private final int outputs;
  private final Deque<Query> queries = new ArrayDeque<>();

  private RealQueries(Plan plan) {
    this.fractions =
        plan.steps().stream()
            .map(PlanStep::spec)
            .filter(LinearSpec.class::isInstance)
            .mapToInt(spec -> spec.output().elements())
            .sum();
    this.outputs = plan.steps().get(plan.steps().size() - 1).spec().output().elements();
  }

  /**
   * Predicts an input.
   *
   * @param plan with one input and one reveal, the last step
   * @param seed of both parties' randomness
   * @return as many queries as all batches have
   */
  static RealQueries run(ServerPlan plan, long[] input, int batches, long seed) {
    RealQueries queries = new RealQueries(plan.plan());
    TwoParties.run(
        channel -> serve(channel, plan, batches, seed),
        channel -> queries.ask(channel, plan.plan(), input, batches, seed + 1));
    return queries;
  }

  @Override
  public int fractions() {
    return fractions;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public Query next() {
    return queries.remove();
  }

  private static int serve(Channel channel, ServerPlan plan, int batches, long seed) {
    DeterministicRandom random = new DeterministicRandom(seed);
    try (Scope session = new Scope()) {
      ServerSetups setups =
          ServerSetups.prepare(
              plan.plan().setups(),
              new SetupContext(channel, random, plan.plan().trees(), session));
      ServerParty party = new ServerParty(channel, setups, random);
      for (int batch = 0; batch < batches; batch++) {
        try (Scope scope = new Scope()) {
          List<Shares> values = new ArrayList<>();
          values.add(plan.plan().input().format().allocate(plan.plan().maxImages(), scope));
          for (int i = 0; i < plan.steps().size(); i++) {
            List<Shares> taken = taken(plan.plan().steps().get(i), values);
            values.add(plan.steps().get(i).run(party, taken, scope));
          }
        }
      }
    }
    return batches;
  }

  private int ask(Channel channel, Plan plan, long[] input, int batches, long seed) {
    DeterministicRandom random = new DeterministicRandom(seed);
    ResponseTap tap = new ResponseTap(channel);
    try (Scope session = new Scope()) {
      ClientSetups setups =
          ClientSetups.prepare(
              plan.setups(), new SetupContext(channel, random, plan.trees(), session));
      ClientParty party = new ClientParty(tap, setups, random, StopSignal.NEVER);
      for (int batch = 0; batch < batches; batch++) {
        try (Scope scope = new Scope()) {
          ask(party, tap, plan, input, scope);
        }
      }
    }
    return batches;
  }

  private void ask(ClientParty party, ResponseTap tap, Plan plan, long[] input, Scope scope) {
    int images = plan.maxImages();
    double[][] known = new double[images][fractions];
    List<Shares> values = new ArrayList<>();
    values.add(repeated(plan, input, scope));
    int unit = 0;
    for (PlanStep step : plan.steps()) {
      values.add(step.spec().client().run(party, taken(step, values), scope));
      if (step.spec() instanceof LinearSpec linear) {
        tap.fractions(
            linear,
            SmallNetwork.FRACTION,
            party.of(new RingKeys(linear.ring())),
            values.get(values.size() - 1),
            known,
            unit);
        unit += linear.output().elements();
      }
    }
    Shares revealed = values.get(values.size() - 1);
    if (!(plan.steps().get(plan.steps().size() - 1).spec() instanceof RevealSpec)) {
      throw new IllegalArgumentException("the last step isn't a reveal");
    }
    for (int image = 0; image < images; image++) {
      queries.add(new Query(known[image], image(revealed, image)));
    }
  }

  private static List<Shares> taken(PlanStep step, List<Shares> values) {
    return step.inputs().stream().map(values::get).toList();
  }

  /** The client's share of the input, the same in each image; the server's is zero. */
  private static Shares repeated(Plan plan, long[] input, Scope scope) {
    ExactShares shares = plan.input().format().allocate(plan.maxImages(), scope);
    for (int i = 0; i < shares.count(); i++) {
      long value = input[i / plan.maxImages()];
      shares.values().longs().put(i, value & shares.format().mask());
    }
    return shares;
  }

  private static long[] image(Shares opened, int image) {
    long[] outputs = new long[opened.format().elements()];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = opened.format().signed(opened.values().longs().get(i * opened.images() + image));
    }
    return outputs;
  }
}
