package io.sotto.baselines.cryptonets;

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
 * A network that the server computes on ciphertexts alone: the client's inputs in, outputs out, of
 * which the client holds everything and the server nothing.
 *
 * @param input what the client encrypts; the server's share is zero
 * @param relinearise whether there are squares
 * @param outputScaleBits results are scaled by 2^outputScaleBits in their ciphertexts
 */
public record SlotsSpec(
    ExactFormat input,
    ExactFormat output,
    SlotParameters parameters,
    boolean relinearise,
    int outputScaleBits)
    implements StepSpec {
  public static final StepKind KIND = new StepKind(32, "slots", SlotsSpec::read);

  public SlotsSpec {
    if (parameters.security() != SlotParameters.Security.BITS_128) {
      throw new IllegalArgumentException("parameters of a plan have 128-bit security");
    }
    if (outputScaleBits < 1 || outputScaleBits >= parameters.primeBits().get(0)) {
      throw new IllegalArgumentException(
          "results are scaled by %d bits; allowed are 1..%d"
              .formatted(outputScaleBits, parameters.primeBits().get(0) - 1));
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

  /** The client's numbers as doubles, and what it receives as a whole. */
  @Override
  public long clientBytes(int images) {
    long numbers = Math.max(input.elements(), output.elements());
    return numbers * images * Long.BYTES + results().memoryBytes();
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
    return new SlotKeys(new SlotKeySpec(parameters, relinearise, 0));
  }

  double inputScale() {
    return Math.scalb(1.0, parameters.scaleBits());
  }

  double outputScale() {
    return Math.scalb(1.0, outputScaleBits);
  }

  SlotMessages upload() {
    return new SlotMessages(parameters, parameters.topLevel(), input.elements());
  }

  SlotMessages results() {
    return new SlotMessages(parameters, 0, output.elements());
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
    out.exact(input).exact(output).number(relinearise ? 1 : 0).number(outputScaleBits);
    SlotParametersCodec.write(parameters, out);
  }

  private static SlotsSpec read(SpecReader in) {
    ExactFormat input = in.exact("a slots step's input");
    ExactFormat output = in.exact("a slots step's output");
    boolean relinearise = in.number("whether products are relinearised", 0, 1) == 1;
    int outputScaleBits = in.number("the results' scale", 1, Long.SIZE);
    return new SlotsSpec(input, output, SlotParametersCodec.read(in), relinearise, outputScaleBits);
  }

  @Override
  public ClientStep client() {
    return new SlotsClient(this);
  }
}
