package io.sotto.converter.maxpool;

import io.sotto.channel.Traffic;
import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.ClientStep;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.converter.step.WorkUnits;
import io.sotto.gc.ot.OtTrees;
import java.util.ArrayList;
import java.util.List;

/**
 * The largest element of each window, by {@code max(a, b) = b + relu(a - b)}.
 *
 * @param input as wide as the output
 * @param compareBits m: the differences of any two elements of a window fit this many bits
 * @param poolings one after the other
 * @param form of the relus
 */
public record MaxPoolSpec(
    ExactFormat input,
    ExactFormat output,
    int compareBits,
    List<Pooling> poolings,
    FunctionForm form)
    implements StepSpec {
  public static final StepKind KIND = new StepKind(5, "maxpool", MaxPoolSpec::read);

  private static final int MAX_POOLINGS = 8;

  /** The most comparisons an image, for the memory that the tree takes. */
  private static final long MAX_SLOTS = ShareFormat.MAX_ELEMENTS;

  public MaxPoolSpec {
    poolings = List.copyOf(poolings);
    if (poolings.isEmpty() || poolings.size() > MAX_POOLINGS) {
      throw new IllegalArgumentException(
          "a maxpool step has %d poolings; allowed are 1..%d"
              .formatted(poolings.size(), MAX_POOLINGS));
    }
    long elements = input.elements();
    for (Pooling pooling : poolings) {
      if (pooling.inElements() != elements) {
        throw new IllegalArgumentException(
            "%s takes %d elements where there are %d"
                .formatted(pooling, pooling.inElements(), elements));
      }
      if (Math.multiplyExact((long) pooling.window(), pooling.outElements()) > MAX_SLOTS) {
        throw new IllegalArgumentException(
            "the windows of %s have more than %d elements".formatted(pooling, MAX_SLOTS));
      }
      elements = pooling.outElements();
    }
    if (elements != output.elements()) {
      throw new IllegalArgumentException(
          "poolings give %d elements, the output has %d".formatted(elements, output.elements()));
    }
    if (input.fraction() != output.fraction() || input.bits() != output.bits()) {
      throw new IllegalArgumentException(
          "a maxpool keeps scale and width; given are " + input + " -> " + output);
    }
    if (compareBits < 2 || compareBits > output.bits()) {
      throw new IllegalArgumentException(
          "a maxpool compares %d bits of %d".formatted(compareBits, output.bits()));
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

  /** The relus of a level of the tree. */
  ReluSpec relu(PoolingLevel level) {
    return relu(Math.toIntExact(level.pairs()));
  }

  /** So many of its relus. */
  ReluSpec relu(int elements) {
    return new ReluSpec(
        new ExactFormat(elements, compareBits, input.fraction()),
        0,
        new ExactFormat(elements, output.bits(), input.fraction()),
        form);
  }

  @Override
  public Traffic clientTraffic(int images, OtTrees trees) {
    Traffic total = Traffic.NONE;
    for (Pooling pooling : poolings) {
      for (PoolingLevel level : PoolingLevel.of(pooling)) {
        if (level.pairs() > 0) {
          total = total.plus(relu(level).clientTraffic(images, trees));
        }
      }
    }
    return total;
  }

  @Override
  public long workingElements() {
    // Two levels, their differences and the larger parts, each of at most half the windows' places.
    long most = 0;
    for (Pooling pooling : poolings) {
      most = Math.max(most, pooling.window() * pooling.outElements() + pooling.inElements());
    }
    return 2 * most;
  }

  /** Less than a comparison for each place of a window. */
  @Override
  public long work() {
    return WorkUnits.COMPARISON
        * poolings.stream().mapToLong(pooling -> pooling.window() * pooling.outElements()).sum();
  }

  @Override
  public void write(SpecWriter out) {
    out.exact(input)
        .number(output.elements())
        .number(compareBits)
        .number(form.code())
        .number(poolings.size());
    poolings.forEach(pooling -> pooling.write(out));
  }

  private static MaxPoolSpec read(SpecReader in) {
    ExactFormat input = in.exact("a maxpool's input");
    int outputs = in.number("a maxpool's outputs", 1, ShareFormat.MAX_ELEMENTS);
    int compareBits = in.number("a maxpool's comparison", 2, ExactFormat.MAX_BITS);
    FunctionForm form = FunctionForm.read("a maxpool's form", in);
    int count = in.number("a maxpool's poolings", 1, MAX_POOLINGS);
    List<Pooling> poolings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      poolings.add(Pooling.read(in));
    }
    return new MaxPoolSpec(
        input,
        new ExactFormat(outputs, input.bits(), input.fraction()),
        compareBits,
        poolings,
        form);
  }

  @Override
  public ClientStep client() {
    return new MaxPoolClient(this);
  }
}
