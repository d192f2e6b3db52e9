package io.sotto.gc.correlation;

import io.sotto.channel.Channel;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.ot.SoftSpokenReceiver;
import io.sotto.gc.ot.SoftSpokenSender;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.security.SecureRandom;

/**
 * The garbler's {@link Correlations}; {@link EvaluatorCorrelations} are the other side's.
 *
 * <p><b>Security, threading, failure.</b> As {@link Correlations}.
 */
public final class GarblerCorrelations extends Correlations {
  private GarblerCorrelations(
      Channel channel,
      SecureRandom random,
      LabelKernel kernel,
      Scope scope,
      SessionKeys keys,
      Transfers transfers) {
    super(channel, random, kernel, scope, keys, transfers);
  }

  /** Runs the base transfers with an evaluator that is being opened at the other end. */
  public static GarblerCorrelations open(Channel channel, SecureRandom random, OtTrees trees) {
    return open(channel, random, LabelKernel.ofThisMachine(), trees);
  }

  /** The same with the usual trees. */
  public static GarblerCorrelations open(Channel channel, SecureRandom random) {
    return open(channel, random, OtTrees.DEFAULT);
  }

  static GarblerCorrelations open(
      Channel channel, SecureRandom random, LabelKernel kernel, OtTrees trees) {
    Scope scope = new Scope();
    try {
      NativeBuffer offset = SecretRandomBits.block(random, scope);
      // Point-and-permute: the two labels of a wire have different colours.
      offset.bytes().put(0, (byte) (offset.bytes().get(0) | 1));
      SessionKeys keys = SessionKeys.draw(random, scope);
      SoftSpokenSender sender =
          scope.own(SoftSpokenSender.open(channel, random, kernel, trees, offset));
      keys.send(channel);
      SoftSpokenReceiver receiver =
          scope.own(SoftSpokenReceiver.open(channel, random, kernel, trees));
      Transfers transfers = new Transfers(trees, offset, sender, receiver);
      return new GarblerCorrelations(channel, random, kernel, scope, keys, transfers);
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  @Override
  public Role role() {
    return Role.GARBLER;
  }
}
