package io.sotto.baselines.mp2ml;

import io.sotto.channel.Traffic;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.circuit.ShareCircuits;
import io.sotto.gc.garble.Evaluator;
import io.sotto.gc.ot.OtTrees;
import java.util.List;

/**
 * {@code x = max(0, y)}: exact shares of y in, shares of x out whose sum as signed numbers is x,
 * without a wrap.
 *
 * @param output 40 bits wider than the input, so that the server's share, uniform and not negative,
 *     hides x within a statistical distance of 2^-40
 */
public record SlotReluSpec(ExactFormat input, ExactFormat output) implements StepSpec {
  public static final StepKind KIND = new StepKind(34, "slot relu", SlotReluSpec::read);

  /** Each value is hidden within a statistical distance of 2^-HIDING_BITS. */
  public static final int HIDING_BITS = 40;

  public SlotReluSpec {
    if (input.elements() != output.elements()
        || input.fraction() != output.fraction()
        || output.bits() != input.bits() + HIDING_BITS) {
      throw new IllegalArgumentException(
          "a slot relu keeps number and scale of its elements and adds %d bits; given are %s -> %s"
              .formatted(HIDING_BITS, input, output));
    }
  }

  /** Of this many bits in. */
  public static SlotReluSpec of(ExactFormat input) {
    return new SlotReluSpec(
        input, new ExactFormat(input.elements(), input.bits() + HIDING_BITS, input.fraction()));
  }

  @Override
  public StepKind kind() {
    return KIND;
  }

  @Override
  public List<ShareFormat> inputs() {
    return List.of(input);
  }

  /** The garbler's inputs are its share, then its fresh share. */
  Circuit circuit() {
    return ShareCircuits.relu(input.bits(), output.bits());
  }

  @Override
  public Traffic clientTraffic(int images, OtTrees trees) {
    return Evaluator.traffic(circuit(), Math.multiplyExact(input.elements(), images), trees);
  }

  @Override
  public void write(SpecWriter out) {
    out.number(input.elements()).number(input.bits()).number(input.fraction());
  }

  private static SlotReluSpec read(SpecReader in) {
    return of(
        new ExactFormat(
            in.number("a slot relu's elements", 1, ShareFormat.MAX_ELEMENTS),
            in.number("a slot relu's width", 2, ExactFormat.MAX_BITS - HIDING_BITS),
            in.number("a slot relu's fraction", 0, ExactFormat.MAX_BITS)));
  }

  @Override
  public ClientStep client() {
    return new SlotReluClient(this);
  }
}
