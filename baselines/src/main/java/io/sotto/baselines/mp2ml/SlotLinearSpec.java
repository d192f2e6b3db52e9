package io.sotto.baselines.mp2ml;

import io.sotto.baselines.messages.SlotKeys;
import io.sotto.baselines.messages.SlotMessages;
import io.sotto.baselines.messages.SlotParametersCodec;
import io.sotto.baselines.slots.SlotKeySpec;
import io.sotto.baselines.slots.SlotParameters;
import io.sotto.channel.Traffic;
import io.sotto.converter.setup.Setup;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.converter.step.WorkUnits;
import io.sotto.gc.ot.OtTrees;
import java.util.List;

/**
 * {@code y = W x + b} on slots, rescaled: shares of x in that add up as integers, narrow shares of
 * y out.
 *
 * @param input the parties' shares, read as signed numbers, add up without a wrap
 * @param weightBits weights are integers, scaled by 2^weightBits
 * @param level of the ciphertexts, both ways
 */
public record SlotLinearSpec(
    ExactFormat input, ExactFormat output, SlotParameters parameters, int weightBits, int level)
    implements StepSpec {
  public static final StepKind KIND = new StepKind(33, "slot linear", SlotLinearSpec::read);

  /** Encoded coefficients stay below this many bits. */
  private static final int MAX_COEFFICIENT_BITS = 88;

  private static final int MAX_WEIGHT_BITS = 20;

  public SlotLinearSpec {
    if (parameters.security() != SlotParameters.Security.BITS_128) {
      throw new IllegalArgumentException("parameters of a plan have 128-bit security");
    }
    if (level < 0 || level > parameters.topLevel()) {
      throw new IllegalArgumentException(
          "level is %d; allowed are 0..%d".formatted(level, parameters.topLevel()));
    }
    if (weightBits < 0 || weightBits > MAX_WEIGHT_BITS) {
      throw new IllegalArgumentException(
          "weights are scaled by %d bits; allowed are 0..%d"
              .formatted(weightBits, MAX_WEIGHT_BITS));
    }
    if (input.fraction() > parameters.scaleBits()
        || output.fraction() > parameters.scaleBits() + weightBits
        || input.bits() + parameters.scaleBits() - input.fraction() > MAX_COEFFICIENT_BITS) {
      throw new IllegalArgumentException(
          "a scale of 2^%d doesn't suit %s -> %s".formatted(parameters.scaleBits(), input, output));
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

  /** The upload and what comes of it, and the server's share of the input with its sign. */
  @Override
  public long serverBytes(int images) {
    return StepSpec.super.serverBytes(images) + upload().memoryBytes() + results().memoryBytes();
  }

  @Override
  public int maxImages() {
    return parameters.slots();
  }

  @Override
  public List<Setup<?, ?>> setups() {
    return List.of(keys());
  }

  /** The keys of its ciphertexts. */
  SlotKeys keys() {
    return new SlotKeys(new SlotKeySpec(parameters, false, parameters.topLevel()));
  }

  /** The numbers of x are encoded times 2^encodingBits. */
  int encodingBits() {
    return parameters.scaleBits() - input.fraction();
  }

  /** A unit of y's last place is 2^slotBits in a slot. */
  int slotBits() {
    return parameters.scaleBits() + weightBits - output.fraction();
  }

  double inputScale() {
    return Math.scalb(1.0, parameters.scaleBits());
  }

  double outputScale() {
    return Math.scalb(1.0, parameters.scaleBits() + weightBits);
  }

  SlotMessages upload() {
    return new SlotMessages(parameters, level, input.elements());
  }

  SlotMessages results() {
    return new SlotMessages(parameters, level, output.elements());
  }

  /** What it encrypts and what it decrypts, modulo each prime. */
  @Override
  public long work() {
    long numbers = (long) input.elements() + output.elements();
    return numbers * parameters.primeBits().size() * WorkUnits.COEFFICIENT;
  }

  @Override
  public Traffic clientTraffic(int images, OtTrees trees) {
    return new Traffic(upload().uploadBytes(), results().resultBytes(), 1);
  }

  @Override
  public void write(SpecWriter out) {
    out.exact(input).exact(output).number(weightBits).number(level);
    SlotParametersCodec.write(parameters, out);
  }

  private static SlotLinearSpec read(SpecReader in) {
    ExactFormat input = in.exact("a slot linear step's input");
    ExactFormat output = in.exact("a slot linear step's output");
    int weightBits = in.number("a slot linear step's weights", 0, MAX_WEIGHT_BITS);
    int level = in.number("a slot linear step's level", 0, Long.SIZE);
    return new SlotLinearSpec(input, output, SlotParametersCodec.read(in), weightBits, level);
  }

  @Override
  public ClientStep client() {
    return new SlotLinearClient(this);
  }
}
