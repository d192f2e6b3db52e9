package io.sotto.converter.multiply;

import io.sotto.channel.Traffic;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.product.ShareProduct;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code z = x y} of each element, all modulo {@code 2^L}; with one input its square. With x = x_s
 * + x_c and y likewise, each party multiplies its own shares, and the two cross terms are {@link
 * ShareProduct}s; a square has one of them, doubled.
 *
 * @param inputs one or two, as wide as the output; the fractions add up to the output's
 */
public record MultiplySpec(List<ExactFormat> inputs, ExactFormat output) implements StepSpec {
  public static final StepKind KIND = new StepKind(6, "multiply", MultiplySpec::read);

  public MultiplySpec {
    inputs = List.copyOf(inputs);
    if (inputs.isEmpty() || inputs.size() > 2) {
      throw new IllegalArgumentException(
          "a multiply step has %d inputs; allowed are 1 and 2".formatted(inputs.size()));
    }
    for (ExactFormat input : inputs) {
      if (input.elements() != output.elements() || input.bits() != output.bits()) {
        throw new IllegalArgumentException(
            "a product has the number of elements and the width of its factors; given are "
                + inputs
                + " -> "
                + output);
      }
    }
    int last = inputs.size() - 1;
    if (inputs.get(0).fraction() + inputs.get(last).fraction() != output.fraction()) {
      throw new IllegalArgumentException(
          "a product's fraction is the sum of its factors'; given are " + inputs + " -> " + output);
    }
  }

  boolean isSquare() {
    return inputs.size() == 1;
  }

  /** What each cross term is computed with: doubling takes care of a square's last bit. */
  ShareProduct crossTerm() {
    return new ShareProduct(isSquare() ? output.bits() - 1 : output.bits());
  }

  @Override
  public StepKind kind() {
    return KIND;
  }

  @Override
  public Traffic clientTraffic(int images, OtTrees trees) {
    int count = Math.multiplyExact(output.elements(), images);
    Traffic one = crossTerm().evaluatorTraffic(count, trees);
    return isSquare() ? one : one.plus(one);
  }

  @Override
  public long workingElements() {
    return output.elements();
  }

  @Override
  public void write(SpecWriter out) {
    out.number(inputs.size());
    inputs.forEach(input -> out.number(input.fraction()));
    out.number(output.elements()).number(output.bits());
  }

  private static MultiplySpec read(SpecReader in) {
    int arity = in.number("a multiply step's number of inputs", 1, 2);
    int[] fractions = new int[arity];
    for (int i = 0; i < arity; i++) {
      fractions[i] = in.number("a factor's fraction", 0, ExactFormat.MAX_BITS);
    }
    int elements = in.number("a multiply step's elements", 1, ShareFormat.MAX_ELEMENTS);
    int bits = in.number("a multiply step's width", 2, ExactFormat.MAX_BITS);
    List<ExactFormat> inputs = new ArrayList<>();
    for (int fraction : fractions) {
      inputs.add(new ExactFormat(elements, bits, fraction));
    }
    return new MultiplySpec(
        inputs, new ExactFormat(elements, bits, fractions[0] + fractions[arity - 1]));
  }

  @Override
  public ClientStep client() {
    return new MultiplyClient(this);
  }
}
