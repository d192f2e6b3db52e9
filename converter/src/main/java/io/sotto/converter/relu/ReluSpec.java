package io.sotto.converter.relu;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.NarrowFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.gc.channel.Traffic;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.circuit.ShareCircuits;
import io.sotto.gc.garble.Evaluator;
import io.sotto.gc.garble.LookupRelu;
import io.sotto.gc.garble.ShareRelu;
import io.sotto.gc.ot.OtTrees;
import java.util.Arrays;
import java.util.List;

/**
 * {@code x = max(0, y)}: narrow shares of y in, wide shares of x out, fraction unchanged.
 *
 * @param form how it is computed, which both parties have to know
 * @param dropped low bits of the shares that the comparison leaves out, none in the plain form
 */
public record ReluSpec(NarrowFormat input, ExactFormat output, Form form, int dropped)
    implements StepSpec {
  public static final StepKind KIND = new StepKind(2, "relu", ReluSpec::read);

  /** How a relu is computed. */
  public enum Form {
    /** All of it in the circuit, which gives the result minus a fresh share of the server's. */
    PLAIN(0),
    /** The sign in the circuit, the rest by products of shared bits; see {@link ShareRelu}. */
    CIRCUIT(1),
    /** The sign by lookups, the rest by products of shared bits; see {@link LookupRelu}. */
    LOOKUP(2);

    private final int code;

    Form(int code) {
      this.code = code;
    }

    /** What stands for it on the wire. */
    public int code() {
      return code;
    }

    /** The form that comes next on the wire. */
    public static Form read(String what, SpecReader in) {
      int code = in.number(what, PLAIN.code, LOOKUP.code);
      return Arrays.stream(values()).filter(form -> form.code == code).findFirst().orElseThrow();
    }

    /** Whether comparisons may leave bits out. */
    public boolean leavesBitsOut() {
      return this != PLAIN;
    }
  }

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
    if (dropped < 0 || dropped > (form.leavesBitsOut() ? input.bits() - 2 : 0)) {
      throw new IllegalArgumentException(
          "a relu in the form %s compares %d bits without the %d lowest"
              .formatted(form, input.bits(), dropped));
    }
  }

  /** The largest magnitude that a comparison of so many bits without so many of them holds. */
  public static long largest(int bits, int dropped) {
    return new ShareRelu(bits, dropped, bits).largest();
  }

  /** One that compares all bits. */
  public ReluSpec(NarrowFormat input, ExactFormat output, Form form) {
    this(input, output, form, 0);
  }

  /** The same by lookups. */
  public ReluSpec(NarrowFormat input, ExactFormat output) {
    this(input, output, Form.LOOKUP);
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
  public Traffic clientTraffic(int images, OtTrees trees) {
    int count = Math.multiplyExact(input.elements(), images);
    return switch (form) {
      case PLAIN -> Evaluator.traffic(plainCircuit(), count, trees);
      case CIRCUIT -> shareRelu().evaluatorTraffic(count, trees);
      case LOOKUP -> new LookupRelu(shareRelu()).evaluatorTraffic(count, trees);
    };
  }

  /** The plain form's circuit; the garbler's inputs are its share, then its fresh share. */
  Circuit plainCircuit() {
    return ShareCircuits.relu(input.bits(), output.bits());
  }

  /** What the other forms compute. */
  ShareRelu shareRelu() {
    return new ShareRelu(input.bits(), dropped, output.bits());
  }

  @Override
  public void write(SpecWriter out) {
    out.format(input).number(output.bits()).number(form.code()).number(dropped);
  }

  private static ReluSpec read(SpecReader in) {
    NarrowFormat input = in.narrow("a relu's");
    int wide = in.number("a relu's output width", 2, ExactFormat.MAX_BITS);
    Form form = Form.read("a relu's form", in);
    int dropped = in.number("a relu's bits left out", 0, NarrowFormat.MAX_BITS);
    return new ReluSpec(
        input, new ExactFormat(input.elements(), wide, input.fraction()), form, dropped);
  }

  @Override
  public ClientStep client() {
    return new ReluClient(this);
  }
}
