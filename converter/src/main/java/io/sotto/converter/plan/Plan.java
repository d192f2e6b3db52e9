package io.sotto.converter.plan;

import io.sotto.channel.Traffic;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.setup.Ciphertexts;
import io.sotto.converter.setup.Setup;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.StepSpec;
import io.sotto.gc.ot.OtTrees;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * What both parties know of a model: the inputs, and the steps in the order in which they run. The
 * values of a plan are numbered, the inputs first, then what each step gives; the outputs are what
 * the reveal steps give, in order.
 *
 * <p>A step may take a value whose shares are wider than it asks for: it reads the low bits, which
 * are shares of the same number as long as that fits.
 *
 * <p>Garbled circuits and products take oblivious transfers by the plan's trees.
 *
 * <p><b>Security.</b> This is all that a client learns of a model besides its predictions. A plan
 * that was read from the wire is consistent: each step gets values of the formats that it declares,
 * of steps before it.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> The constructor throws {@link IllegalArgumentException} on an inconsistency.
 */
public record Plan(List<InputSpec> inputs, List<PlanStep> steps, OtTrees trees) {
  /** What the trees of transfers may have for bits. */
  public static final List<Integer> TREE_BITS = OtTrees.ALLOWED;

  /** What they have if nothing is said. */
  public static final int DEFAULT_TREE_BITS = OtTrees.DEFAULT.bits();

  /** The most steps of a plan. */
  public static final int MAX_STEPS = 1 << 12;

  /** The most inputs of a plan. */
  public static final int MAX_INPUTS = 16;

  /** The most images of a run of a plan without ciphertexts. */
  private static final int IMAGES_WITHOUT_RING = 1 << 11;

  public Plan {
    inputs = List.copyOf(inputs);
    steps = List.copyOf(steps);
    if (inputs.isEmpty() || inputs.size() > MAX_INPUTS) {
      throw new IllegalArgumentException(
          "a plan has %d inputs; allowed are 1..%d".formatted(inputs.size(), MAX_INPUTS));
    }
    if (steps.isEmpty() || steps.size() > MAX_STEPS) {
      throw new IllegalArgumentException(
          "a plan has %d steps; allowed are 1..%d".formatted(steps.size(), MAX_STEPS));
    }
    List<ShareFormat> values = new ArrayList<>();
    inputs.forEach(input -> values.add(input.format()));
    for (PlanStep step : steps) {
      StepSpec spec = step.spec();
      for (int i = 0; i < step.inputs().size(); i++) {
        int value = step.inputs().get(i);
        if (value < 0 || value >= values.size()) {
          throw new IllegalArgumentException(
              "a %s step takes value %d; before it there are 0..%d"
                  .formatted(spec.kind().name(), value, values.size() - 1));
        }
        if (!values.get(value).holds(spec.inputs().get(i))) {
          throw new IllegalArgumentException(
              "a %s step takes %s where value %d is %s"
                  .formatted(spec.kind().name(), spec.inputs().get(i), value, values.get(value)));
        }
      }
      values.add(spec.output());
    }
    if (!steps.get(steps.size() - 1).reveals()) {
      throw new IllegalArgumentException("the last step of a plan reveals an output");
    }
    List<Setup<?, ?>> setups = setupsOf(steps);
    for (int i = 1; i < setups.size(); i++) {
      if (setups.get(i).kind().equals(setups.get(i - 1).kind())) {
        setups.get(i).requireBeside(setups.get(i - 1));
      }
    }
  }

  /** With the usual trees. */
  public Plan(List<InputSpec> inputs, List<PlanStep> steps) {
    this(inputs, steps, OtTrees.DEFAULT);
  }

  /** Of a model with one input, with the usual trees. */
  public Plan(InputSpec input, List<PlanStep> steps) {
    this(List.of(input), steps);
  }

  /** The same plan with trees of so many bits, one of {@link #TREE_BITS}. */
  public Plan withTreeBits(int bits) {
    return new Plan(inputs, steps, new OtTrees(bits));
  }

  /**
   * The input, of a model that has one.
   *
   * @throws IllegalStateException if it has several
   */
  public InputSpec input() {
    if (inputs.size() != 1) {
      throw new IllegalStateException("this model has " + inputs.size() + " inputs");
    }
    return inputs.get(0);
  }

  /** The steps that give the outputs, in order. */
  public List<RevealSpec> reveals() {
    return steps.stream().filter(PlanStep::reveals).map(step -> (RevealSpec) step.spec()).toList();
  }

  /**
   * The step that gives the output, of a model that has one.
   *
   * @throws IllegalStateException if it has several
   */
  public RevealSpec reveal() {
    List<RevealSpec> reveals = reveals();
    if (reveals.size() != 1) {
      throw new IllegalStateException("this model has " + reveals.size() + " outputs");
    }
    return reveals.get(0);
  }

  /** For each value the index of the last step that takes it, or -1 if none does. */
  public List<Integer> lastUses() {
    List<Integer> last = new ArrayList<>(Collections.nCopies(inputs.size() + steps.size(), -1));
    for (int i = 0; i < steps.size(); i++) {
      for (int value : steps.get(i).inputs()) {
        last.set(value, i);
      }
    }
    return last;
  }

  /** What a session prepares, once for all steps, in the order of the wire. */
  public List<Setup<?, ?>> setups() {
    return setupsOf(steps);
  }

  private static List<Setup<?, ?>> setupsOf(List<PlanStep> steps) {
    return steps.stream()
        .<Setup<?, ?>>flatMap(step -> step.spec().setups().stream())
        .distinct()
        .sorted(Comparator.comparingInt(setup -> setup.kind().order()))
        .toList();
  }

  /** The ciphertexts of its steps, in order. */
  public List<Ciphertexts> ciphertexts() {
    return setups().stream().flatMap(setup -> setup.ciphertexts().stream()).toList();
  }

  /** What the client's side of a step sends and receives for a batch of so many images. */
  public Traffic clientTraffic(int step, int images) {
    return steps.get(step).spec().clientTraffic(images, trees);
  }

  /** What all steps together make a client compute for an image, see {@link StepSpec#work}. */
  public long work() {
    return steps.stream().mapToLong(step -> step.spec().work()).reduce(0, Math::addExact);
  }

  /** The most images that one run of the plan takes: one for each coefficient, or slot. */
  public int maxImages() {
    int most = steps.stream().mapToInt(step -> step.spec().maxImages()).min().orElseThrow();
    return most == Integer.MAX_VALUE ? IMAGES_WITHOUT_RING : most;
  }
}
