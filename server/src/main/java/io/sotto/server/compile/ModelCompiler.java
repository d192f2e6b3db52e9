package io.sotto.server.compile;

import io.sotto.ckks.LinearMap;
import io.sotto.converter.step.FunctionForm;
import io.sotto.graph.Graph;
import io.sotto.server.compile.formats.FormattedOperations;
import io.sotto.server.compile.layouts.LayoutMeans;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.compile.steps.RingChoice;
import io.sotto.server.compile.steps.StepEmitter;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns an imported graph into the plan that both parties execute: {@link Lowered} has the
 * operations that it becomes, {@link FormattedOperations} the formats of their values, {@link
 * RingChoice} the ring, and {@link StepEmitter} writes the steps.
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
    Lowered lowered = Lowered.of(graph, outputs == Outputs.CLASS);
    return compile(lowered, settings, relu, ranges, LayoutMeans.standard());
  }

  /** The same of operations, with linear layers in the batch layout alone. */
  public static CompiledModel compile(
      Lowered lowered, FixedPointSettings settings, FunctionForm relu, @Nullable Ranges ranges) {
    return compile(lowered, settings, relu, ranges, null);
  }

  /**
   * The same with layouts by such means.
   *
   * @param layouts null for linear layers in the batch layout alone
   */
  public static CompiledModel compile(
      Lowered lowered,
      FixedPointSettings settings,
      FunctionForm relu,
      @Nullable Ranges ranges,
      @Nullable LayoutMeans layouts) {
    Map<Integer, LinearMap> maps = new LinkedHashMap<>();
    try {
      FormattedOperations planned = FormattedOperations.of(lowered, settings, ranges);
      new TreeMap<>(planned.formats().linear())
          .forEach((value, format) -> maps.put(value, format.weights().integers()));
      return new StepEmitter(planned, maps, relu, layouts).emit(ranges != null);
    } catch (IllegalArgumentException e) {
      maps.values().forEach(LinearMap::close);
      throw new CompileException("the model fits no plan: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      maps.values().forEach(LinearMap::close);
      throw e;
    }
  }
}
