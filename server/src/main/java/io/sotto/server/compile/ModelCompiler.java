package io.sotto.server.compile;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.WeightMatrix;
import io.sotto.converter.step.FunctionForm;
import io.sotto.graph.Graph;
import io.sotto.server.compile.FormatPlanner.Formats;
import io.sotto.server.compile.FormatPlanner.LinearFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns an imported graph into the plan that both parties execute: {@link Lowering} makes
 * operations of it, {@link FormatPlanner} gives their values formats, {@link RingChoice} finds the
 * ring, and {@link StepEmitter} writes the steps.
 *
 * <p><b>Security.</b> Rings of at least 128 bits only. The plan, which clients see, tells shapes
 * and formats; formats follow from the ranges of the values and the sizes of the weights.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> {@link CompileException}.
 */
public final class ModelCompiler {
  private ModelCompiler() {}

  /** What the client learns of a prediction. */
  public enum Outputs {
    /** The outputs themselves. */
    VALUES,
    /** The place of the largest number of each output's last axis, and nothing else. */
    CLASS
  }

  /**
   * Compiles a model; the caller closes it.
   *
   * @param ranges of this graph's values, or null to derive bounds
   */
  public static CompiledModel compile(
      Graph graph, FixedPointSettings settings, @Nullable Ranges ranges) {
    return compile(graph, settings, FunctionForm.LOOKUP, ranges);
  }

  /** The same with relus of that form. */
  public static CompiledModel compile(
      Graph graph, FixedPointSettings settings, FunctionForm relu, @Nullable Ranges ranges) {
    return compile(graph, settings, relu, Outputs.VALUES, ranges);
  }

  /** The same with such outputs. */
  public static CompiledModel compile(
      Graph graph,
      FixedPointSettings settings,
      FunctionForm relu,
      Outputs outputs,
      @Nullable Ranges ranges) {
    return compile(Lowered.of(graph, outputs == Outputs.CLASS), settings, relu, ranges);
  }

  /** The same of operations. */
  static CompiledModel compile(
      Lowered lowered, FixedPointSettings settings, FunctionForm relu, @Nullable Ranges ranges) {
    Map<Integer, LinearMap> maps = new LinkedHashMap<>();
    try {
      Planned planned = plan(lowered, settings, ranges);
      Flow flow = planned.flow();
      Formats formats = planned.formats();
      for (int value = 0; value < flow.ops().size(); value++) {
        LinearFormat format = formats.linear().get(value);
        if (format != null) {
          maps.put(value, integers(format.weights()));
        }
      }
      return new StepEmitter(flow, formats, maps, relu).emit(ranges != null);
    } catch (IllegalArgumentException e) {
      maps.values().forEach(LinearMap::close);
      throw new CompileException("the model fits no plan: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      maps.values().forEach(LinearMap::close);
      throw e;
    }
  }

  /** Operations and their formats. */
  record Planned(Flow flow, Formats formats) {}

  /** Products are as wide as their factors, and what linear layers give can only be so wide. */
  static Planned plan(Lowered lowered, FixedPointSettings settings, @Nullable Ranges ranges) {
    Ranges synthetic = ranges == null ? lowered.synthetic(settings) : null;
    for (int fraction : FormatPlanner.FACTOR_FRACTIONS) {
      try {
        return merged(lowered.flow(), settings, ranges, synthetic, fraction);
      } catch (CompileException e) {
        if (!lowered.multiplies()) {
          throw e;
        }
      }
    }
    return merged(
        lowered.widened(), settings, ranges, synthetic, FormatPlanner.WIDENED_FACTOR_FRACTION);
  }

  /** Planned, and once more after what the formats allow to be merged is. */
  private static Planned merged(
      Flow flow,
      FixedPointSettings settings,
      @Nullable Ranges ranges,
      @Nullable Ranges synthetic,
      int factorFraction) {
    Formats formats = FormatPlanner.plan(flow, settings, ranges, synthetic, factorFraction);
    Flow merged = RoundMerger.merge(flow, formats);
    if (merged.equals(flow)) {
      return new Planned(flow, formats);
    }
    try {
      return new Planned(
          merged, FormatPlanner.plan(merged, settings, ranges, synthetic, factorFraction));
    } catch (CompileException e) {
      // Of joined values less is known than of each: they may need more bits than there are.
      return new Planned(flow, formats);
    }
  }

  private static LinearMap integers(QuantizedMap map) {
    LinearMap.Builder builder = LinearMap.builder(map.inputs(), map.outputs());
    IdentityHashMap<int[], WeightMatrix> shared = new IdentityHashMap<>();
    int output = 0;
    for (QuantizedMap.Block block : map.blocks()) {
      builder.block(
          block.refs(),
          output,
          shared.computeIfAbsent(
              block.weights(), weights -> WeightMatrix.of(block.rows(), weights)));
      output += block.rows();
    }
    return builder.build();
  }
}
