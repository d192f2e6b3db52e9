package io.sotto.converter.relu;

import io.sotto.converter.shares.NarrowFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.WideFormat;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.gc.channel.Traffic;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.circuit.ShareCircuits;
import io.sotto.gc.garble.Evaluator;
import java.util.List;

/** {@code x = max(0, y)}: narrow shares of y in, fresh wide shares of x out, fraction unchanged. */
public record ReluSpec(NarrowFormat input, WideFormat output) implements StepSpec {
  public static final StepKind KIND = new StepKind(2, "relu", ReluSpec::read);

  public ReluSpec {
    if (input.elements() != output.elements() || input.fraction() != output.fraction()) {
      throw new IllegalArgumentException(
          "a relu keeps number and scale of its elements; given are " + input + " -> " + output);
    }
    if (output.bits() < input.bits()) {
      throw new IllegalArgumentException(
          "a relu gives shares at least as wide as it takes; given are %d -> %d bits"
              .formatted(input.bits(), output.bits()));
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
  public Traffic clientTraffic(int images) {
    return Evaluator.traffic(circuit(), Math.multiplyExact(input.elements(), images));
  }

  /** The circuit of one element; the garbler's inputs are its share, then its fresh share. */
  Circuit circuit() {
    return ShareCircuits.relu(input.bits(), output.bits());
  }

  @Override
  public void write(SpecWriter out) {
    out.number(input.elements())
        .number(input.bits())
        .number(input.fraction())
        .number(output.bits());
  }

  private static ReluSpec read(SpecReader in) {
    int elements = in.number("a relu's elements", 1, ShareFormat.MAX_ELEMENTS);
    int bits = in.number("a relu's width", 2, NarrowFormat.MAX_BITS);
    int fraction = in.number("a relu's fraction", 0, NarrowFormat.MAX_BITS);
    int wide = in.number("a relu's output width", 2, WideFormat.MAX_BITS);
    return new ReluSpec(
        new NarrowFormat(elements, bits, fraction), new WideFormat(elements, wide, fraction));
  }

  @Override
  public ClientStep client() {
    return new ReluClient(this);
  }
}
