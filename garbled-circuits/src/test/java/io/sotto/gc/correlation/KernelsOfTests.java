package io.sotto.gc.correlation;

import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.OtTrees;
import java.security.SecureRandom;

/** Correlations whose kernel a test chooses, and what else tests of other packages need of them. */
public final class KernelsOfTests {
  /** What brings the evaluator the session's keys. */
  public static final MessageKind KEYS = SessionKeys.MESSAGE;

  private KernelsOfTests() {}

  /** The garbler's. */
  public static GarblerCorrelations garbler(
      Channel channel, SecureRandom random, LabelKernel kernel, OtTrees trees) {
    return GarblerCorrelations.open(channel, random, kernel, trees);
  }

  /** The evaluator's. */
  public static EvaluatorCorrelations evaluator(
      Channel channel, SecureRandom random, LabelKernel kernel, OtTrees trees) {
    return EvaluatorCorrelations.open(channel, random, kernel, trees);
  }
}
