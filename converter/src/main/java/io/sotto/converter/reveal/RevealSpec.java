package io.sotto.converter.reveal;

import io.sotto.channel.Traffic;
import io.sotto.converter.setup.Setup;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.Shares;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.MessageKinds;
import io.sotto.converter.step.PackedMessages;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.converter.step.WorkUnits;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.NativeBuffer;
import java.util.List;

/**
 * The client learns y: the server sends its share.
 *
 * @param shape the outputs of one image
 * @param activation what the client does with the outputs
 */
public record RevealSpec(ExactFormat input, TensorShape shape, Activation activation)
    implements StepSpec {
  public static final StepKind KIND = new StepKind(3, "reveal", RevealSpec::read);

  /** What the client computes of the outputs that it learnt. */
  public enum Activation {
    /** Nothing. */
    NONE(0),
    /** Softmax along the last axis. It is one-to-one but for a constant, so it hides nothing. */
    SOFTMAX(1);

    private final int code;

    Activation(int code) {
      this.code = code;
    }

    private static Activation of(int code) {
      return code == NONE.code ? NONE : SOFTMAX;
    }
  }

  /** Of plain outputs. */
  public RevealSpec(ExactFormat input, TensorShape shape) {
    this(input, shape, Activation.NONE);
  }

  public RevealSpec {
    if (shape.elements() != input.elements()) {
      throw new IllegalArgumentException(
          "outputs of shape %s have %d elements, the shares %d"
              .formatted(shape, shape.elements(), input.elements()));
    }
  }

  @Override
  public StepKind kind() {
    return KIND;
  }

  @Override
  public List<ShareFormat> inputs() {
    return List.of(input);
  }

  @Override
  public ExactFormat output() {
    return input;
  }

  @Override
  public List<Setup<?, ?>> setups() {
    return List.of();
  }

  /** The message with the server's share of the outputs. */
  PackedMessages messages(int images) {
    return new PackedMessages(
        MessageKinds.REVEAL, input.bits(), Math.multiplyExact(input.elements(), images));
  }

  @Override
  public Traffic clientTraffic(int images, OtTrees trees) {
    return new Traffic(0, messages(images).wireBytes(), 0);
  }

  @Override
  public long work() {
    return input.elements() * WorkUnits.ADDITION;
  }

  @Override
  public void write(SpecWriter out) {
    out.number(input.bits()).number(input.fraction()).number(activation.code).shape(shape);
  }

  private static RevealSpec read(SpecReader in) {
    int bits = in.number("a reveal's width", 2, ExactFormat.MAX_BITS);
    int fraction = in.number("a reveal's fraction", 0, ExactFormat.MAX_BITS);
    Activation activation =
        Activation.of(in.number("a reveal's activation", 0, Activation.SOFTMAX.code));
    TensorShape shape = in.shape();
    return new RevealSpec(new ExactFormat(shape.elements(), bits, fraction), shape, activation);
  }

  @Override
  public ClientStep client() {
    return new RevealClient(this);
  }

  /** The sum of both shares modulo {@code 2^bits}, into the first. */
  static void addInto(Shares target, Shares other) {
    long mask = target.format().mask();
    var sum = target.values().longs();
    var addend = other.values().longs();
    for (int i = 0; i < target.count(); i++) {
      sum.put(i, (sum.get(i) + addend.get(i)) & mask);
    }
  }

  /** The low bits of shares. */
  static void reduce(Shares shares, long mask, NativeBuffer target) {
    var words = target.longs();
    var wide = shares.values().longs();
    for (int i = 0; i < shares.count(); i++) {
      words.put(i, wide.get(i) & mask);
    }
  }
}
