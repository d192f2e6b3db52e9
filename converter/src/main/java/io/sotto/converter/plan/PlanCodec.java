package io.sotto.converter.plan;

import io.sotto.converter.combine.CombineSpec;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.maxpool.MaxPoolSpec;
import io.sotto.converter.multiply.MultiplySpec;
import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.SpecReader;
import io.sotto.converter.step.SpecWriter;
import io.sotto.converter.step.StepKind;
import io.sotto.converter.step.StepSpec;
import io.sotto.converter.truncate.TruncateSpec;
import io.sotto.gc.ot.OtTrees;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The plan's form on the wire; docs/protocol.md gives it field by field.
 *
 * <p><b>Security.</b> Reads the kinds of step that it was given and no others. What it reads is
 * checked, number by number, before anything is made of it.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> {@link IllegalArgumentException} for bytes that are no plan.
 */
public final class PlanCodec {
  /** Reads Sotto's own kinds of step. A new kind of layer is a new package and one line here. */
  public static final PlanCodec STOCK =
      new PlanCodec(
          List.of(
              LinearSpec.KIND,
              ReluSpec.KIND,
              RevealSpec.KIND,
              CombineSpec.KIND,
              MaxPoolSpec.KIND,
              MultiplySpec.KIND,
              TruncateSpec.KIND));

  /** The longest plan accepted. */
  public static final int MAX_BYTES = 1 << 20;

  private static final int MAX_STEP_INPUTS = 64;

  private final Map<Integer, StepKind> kinds = new LinkedHashMap<>();

  private PlanCodec(List<StepKind> kinds) {
    for (StepKind kind : kinds) {
      if (this.kinds.put(kind.code(), kind) != null) {
        throw new IllegalArgumentException("two kinds of step have code " + kind.code());
      }
    }
  }

  /** A codec that reads other kinds of step, too. */
  public PlanCodec with(List<StepKind> more) {
    List<StepKind> all = new ArrayList<>(kinds());
    all.addAll(more);
    return new PlanCodec(all);
  }

  /** The kinds of step that it reads. */
  public List<StepKind> kinds() {
    return List.copyOf(kinds.values());
  }

  /** Writes a plan, whatever its steps. */
  public static byte[] encode(Plan plan) {
    SpecWriter out = new SpecWriter();
    out.number(plan.trees().bits()).number(plan.inputs().size());
    for (InputSpec input : plan.inputs()) {
      out.shape(input.shape())
          .number(input.format().bits())
          .number(input.format().fraction())
          .number(Math.toIntExact(input.limit()));
    }
    out.number(plan.steps().size());
    for (PlanStep step : plan.steps()) {
      out.number(step.spec().kind().code()).number(step.inputs().size());
      step.inputs().forEach(out::number);
      step.spec().write(out);
    }
    return out.toByteArray();
  }

  /**
   * Reads a plan and checks it.
   *
   * @throws IllegalArgumentException if the bytes are no plan
   */
  public Plan decode(ByteBuffer bytes) {
    SpecReader in = new SpecReader(bytes);
    try {
      OtTrees trees = new OtTrees(in.number("the bits of a tree of transfers", 1, 64));
      int inputCount = in.number("the number of inputs", 1, Plan.MAX_INPUTS);
      List<InputSpec> planInputs = new ArrayList<>();
      for (int i = 0; i < inputCount; i++) {
        planInputs.add(input(in));
      }
      int count = in.number("the number of steps", 1, Plan.MAX_STEPS);
      List<PlanStep> steps = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        StepKind kind = kinds.get(in.number("a step's kind", 1, 255));
        if (kind == null) {
          throw new IllegalArgumentException(
              "the plan has a kind of step that this program doesn't know");
        }
        int arity = in.number("a step's number of inputs", 1, MAX_STEP_INPUTS);
        List<Integer> inputs = new ArrayList<>();
        for (int j = 0; j < arity; j++) {
          inputs.add(in.number("a step's input", 0, Plan.MAX_STEPS + Plan.MAX_INPUTS));
        }
        StepSpec spec = kind.reader().apply(in);
        steps.add(new PlanStep(spec, inputs));
      }
      if (!in.atEnd()) {
        throw new IllegalArgumentException("the plan is followed by other bytes");
      }
      return new Plan(planInputs, steps, trees);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("the plan's sizes are too large", e);
    }
  }

  private static InputSpec input(SpecReader in) {
    TensorShape shape = in.shape();
    ExactFormat format =
        new ExactFormat(
            shape.elements(),
            in.number("an input's width", 2, ExactFormat.MAX_BITS),
            in.number("an input's fraction", 0, ExactFormat.MAX_BITS));
    return new InputSpec(shape, format, in.number("an input's limit", 1, Integer.MAX_VALUE));
  }
}
