package io.sotto.gc.correlation;

import io.sotto.channel.Channel;
import io.sotto.channel.Traffic;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.ot.SoftSpokenReceiver;
import io.sotto.gc.ot.SoftSpokenSender;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.security.SecureRandom;

/**
 * The evaluator's {@link Correlations}; {@link GarblerCorrelations} are the other side's.
 *
 * <p><b>Security, threading, failure.</b> As {@link Correlations}.
 */
public final class EvaluatorCorrelations extends Correlations {
  private EvaluatorCorrelations(
      Channel channel,
      SecureRandom random,
      LabelKernel kernel,
      Scope scope,
      SessionKeys keys,
      Transfers transfers) {
    super(channel, random, kernel, scope, keys, transfers);
  }

  /** Runs the base transfers with a garbler that is being opened at the other end. */
  public static EvaluatorCorrelations open(Channel channel, SecureRandom random, OtTrees trees) {
    return open(channel, random, LabelKernel.ofThisMachine(), trees);
  }

  /** The same with the usual trees. */
  public static EvaluatorCorrelations open(Channel channel, SecureRandom random) {
    return open(channel, random, OtTrees.DEFAULT);
  }

  static EvaluatorCorrelations open(
      Channel channel, SecureRandom random, LabelKernel kernel, OtTrees trees) {
    Scope scope = new Scope();
    try {
      SoftSpokenReceiver receiver =
          scope.own(SoftSpokenReceiver.open(channel, random, kernel, trees));
      SessionKeys keys = SessionKeys.receive(channel, scope);
      NativeBuffer offset = SecretRandomBits.block(random, scope);
      SoftSpokenSender sender =
          scope.own(SoftSpokenSender.open(channel, random, kernel, trees, offset));
      Transfers transfers = new Transfers(trees, offset, sender, receiver);
      return new EvaluatorCorrelations(channel, random, kernel, scope, keys, transfers);
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  /** What {@link #open} sends, receives and waits for. */
  public static Traffic setupTraffic() {
    return SoftSpokenReceiver.setupTraffic()
        .plus(new Traffic(0, Channel.HEADER_BYTES + SessionKeys.BYTES, 1))
        .plus(SoftSpokenSender.setupTraffic());
  }

  @Override
  public Role role() {
    return Role.EVALUATOR;
  }
}
