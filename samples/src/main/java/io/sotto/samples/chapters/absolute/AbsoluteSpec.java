package io.sotto.samples.chapters.absolute;

import io.sotto.channel.Traffic;
import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.gc.ot.OtTrees;
import java.nio.LongBuffer;
import java.util.List;

/**
 * {@code y = |v|} as 2 max(0, v) - v: a relu, and a sum that each side makes of its own shares.
 *
 * @param format of v and of y: exact shares, modulo 2^bits
 */
public record AbsoluteSpec(ExactFormat format) implements StepSpec {
  /** Codes up to 127 are Sotto's. */
  public static final StepKind KIND = new StepKind(200, "absolute", AbsoluteSpec::read);

  @Override
  public StepKind kind() {
    return KIND;
  }

  @Override
  public List<ExactFormat> inputs() {
    return List.of(format);
  }

  @Override
  public ExactFormat output() {
    return format;
  }

  /** The step that this one is made of, whose setups it stands on, too: transfers. */
  ReluSpec relu() {
    return new ReluSpec(format, format);
  }

  @Override
  public Traffic clientTraffic(int images, OtTrees trees) {
    return relu().clientTraffic(images, trees);
  }

  /** Makes a side's share of |v| of its shares of v and of max(0, v), in the latter's place. */
  static void finish(Shares own, Shares relu) {
    long mask = relu.format().mask();
    LongBuffer v = own.values().longs();
    LongBuffer result = relu.values().longs();
    for (int i = 0; i < relu.count(); i++) {
      result.put(i, 2 * result.get(i) - v.get(i) & mask);
    }
  }

  @Override
  public void write(SpecWriter out) {
    out.exact(format);
  }

  private static StepSpec read(SpecReader in) {
    return new AbsoluteSpec(in.exact("an absolute value's"));
  }

  @Override
  public ClientStep client() {
    return new AbsoluteClient(this);
  }
}
