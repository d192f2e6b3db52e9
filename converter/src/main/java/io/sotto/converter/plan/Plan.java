package io.sotto.converter.plan;

import io.sotto.channel.Traffic;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.slots.SlotKeySpec;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.StepSpec;
import io.sotto.gc.ot.OtTrees;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

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
    if (!(steps.get(steps.size() - 1).spec() instanceof RevealSpec)) {
      throw new IllegalArgumentException("the last step of a plan reveals an output");
    }
    List<Integer> degrees = ringsOf(steps).stream().map(RingParameters::degree).distinct().toList();
    if (degrees.size() > 1) {
      throw new IllegalArgumentException(
          "all linear steps of a plan use rings of one degree; given are " + degrees);
    }
    List<SlotKeySpec> keys =
        steps.stream().flatMap(step -> step.spec().slotKeys().stream()).distinct().toList();
    if (keys.size() > 1) {
      throw new IllegalArgumentException(
          "all steps on slots of a plan use the same keys; given are " + keys);
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
    return steps.stream()
        .map(PlanStep::spec)
        .filter(RevealSpec.class::isInstance)
        .map(RevealSpec.class::cast)
        .toList();
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

  /** The distinct rings of the linear steps, in order. */
  public List<RingParameters> rings() {
    return ringsOf(steps);
  }

  private static List<RingParameters> ringsOf(List<PlanStep> steps) {
    return steps.stream()
        .map(PlanStep::spec)
        .filter(LinearSpec.class::isInstance)
        .map(spec -> ((LinearSpec) spec).ring())
        .distinct()
        .toList();
  }

  /** The keys of encrypted slots that the server needs. */
  public Optional<SlotKeySpec> slotKeys() {
    return steps.stream().flatMap(step -> step.spec().slotKeys().stream()).findFirst();
  }

  /** Whether a session sets garbled circuits up. */
  public boolean needsCircuits() {
    return steps.stream().anyMatch(step -> step.spec().needsCircuits());
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
