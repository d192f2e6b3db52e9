package io.sotto.converter.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.channel.Channel;
import io.sotto.channel.Traffic;
import io.sotto.converter.setup.ClientSetups;
import io.sotto.converter.setup.ServerSetups;
import io.sotto.converter.setup.Setup;
import io.sotto.converter.setup.SetupContext;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.Shares;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.testing.TwoParties;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Runs both sides of one step on random shares of given values, and checks what it costs. */
public final class StepRun {
  private StepRun() {}

  /** Random values of a format, between its ends divided by a divisor. */
  public static FixedTensor values(ShareFormat format, int images, long divisor, Random random) {
    FixedTensor tensor = new FixedTensor(format, images);
    for (int i = 0; i < tensor.values().length; i++) {
      tensor.values()[i] = random.nextLong(format.min() / divisor, format.max() / divisor + 1);
    }
    return tensor;
  }

  /** What the two sides' results add up to. */
  public static FixedTensor run(ServerStep step, List<FixedTensor> inputs, Random random)
      throws Exception {
    StepSpec spec = step.spec();
    requireSameOnTheWire(spec);
    int images = inputs.get(0).images();
    try (Scope server = new Scope();
        Scope client = new Scope()) {
      List<Shares> own = new ArrayList<>();
      List<Shares> other = new ArrayList<>();
      for (FixedTensor input : inputs) {
        Shares a = input.format().allocate(images, server);
        Shares b = input.format().allocate(images, client);
        share(input, random, a, b);
        own.add(a);
        other.add(b);
      }
      var outcomes =
          TwoParties.run(
              channel -> {
                try (Scope scope = new Scope()) {
                  return copy(step.run(server(spec, channel, scope), own, scope));
                }
              },
              channel -> {
                try (Scope scope = new Scope()) {
                  ClientParty party = client(spec, channel, scope);
                  Traffic before = channel.traffic();
                  Shares result = spec.client().run(party, other, scope);
                  assertThat(channel.traffic().minus(before))
                      .isEqualTo(spec.clientTraffic(images, OtTrees.DEFAULT));
                  assertThat(result.format()).isEqualTo(spec.output());
                  return copy(result);
                }
              });
      return sum(spec.output(), images, outcomes.firstValue(), outcomes.secondValue());
    }
  }

  private static ServerParty server(StepSpec spec, Channel channel, Scope scope) {
    SetupContext session = new SetupContext(channel, new SecureRandom(), OtTrees.DEFAULT, scope);
    return new ServerParty(channel, ServerSetups.prepare(spec.setups(), session), session.random());
  }

  /** Checks what the setups cost, too. */
  private static ClientParty client(StepSpec spec, Channel channel, Scope scope) {
    SetupContext session = new SetupContext(channel, new SecureRandom(), OtTrees.DEFAULT, scope);
    ClientSetups setups = ClientSetups.prepare(spec.setups(), session);
    assertThat(channel.traffic())
        .isEqualTo(
            spec.setups().stream().map(Setup::clientTraffic).reduce(Traffic.NONE, Traffic::plus));
    return new ClientParty(channel, setups, session.random(), StopSignal.NEVER);
  }

  /** Random shares of a value; in half cells of twice the value or one more. */
  private static void share(FixedTensor input, Random random, Shares a, Shares b) {
    long mask = input.format().mask();
    int guard = guardBits(input.format());
    for (int i = 0; i < a.count(); i++) {
      long shared = (input.values()[i] << guard) + random.nextInt(1 << guard);
      long share = random.nextLong() & mask;
      a.values().longs().put(i, share);
      b.values().longs().put(i, (shared - share) & mask);
    }
  }

  private static FixedTensor sum(ShareFormat format, int images, long[] a, long[] b) {
    FixedTensor sum = new FixedTensor(format, images);
    for (int i = 0; i < sum.values().length; i++) {
      assertThat((a[i] | b[i]) & ~format.mask()).as("bits beyond the width").isZero();
      sum.values()[i] = format.signed((a[i] + b[i]) >> guardBits(format));
    }
    return sum;
  }

  private static int guardBits(ShareFormat format) {
    return format.shareBits() - format.bits();
  }

  private static void requireSameOnTheWire(StepSpec spec) {
    SpecWriter out = new SpecWriter();
    spec.write(out);
    SpecReader in = new SpecReader(ByteBuffer.wrap(out.toByteArray()));
    assertThat(spec.kind().reader().apply(in)).isEqualTo(spec);
    assertThat(in.atEnd()).isTrue();
  }

  private static long[] copy(Shares shares) {
    long[] values = new long[shares.count()];
    shares.values().longs().get(values);
    return values;
  }
}
