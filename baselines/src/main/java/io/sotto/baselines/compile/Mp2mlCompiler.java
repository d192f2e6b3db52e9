package io.sotto.baselines.compile;

import io.sotto.baselines.mp2ml.SlotLinearServer;
import io.sotto.baselines.mp2ml.SlotLinearSpec;
import io.sotto.baselines.mp2ml.SlotReluServer;
import io.sotto.baselines.mp2ml.SlotReluSpec;
import io.sotto.baselines.slots.SlotParameters;
import io.sotto.baselines.slots.SlotPlanner;
import io.sotto.baselines.slots.SlotShareBound;
import io.sotto.ckks.LinearMap;
import io.sotto.converter.linear.LinearWeights;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.ServerStep;
import io.sotto.graph.Graph;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.LayerReport;
import io.sotto.server.model.Ranges;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a chain of linear layers and relus for scheme {@code mp2ml}: linear layers on encrypted
 * slots, relus in garbled circuits, between them shares that are masked statistically. Layers
 * without a relu between them become one.
 *
 * <p><b>Security.</b> {@link SlotLinearServer} and {@link SlotReluServer} say what masks are worth.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> {@link CompileException}.
 */
public final class Mp2mlCompiler {
  /** Those of MP2ML for networks of this kind. */
  private static final SlotParameters PARAMETERS =
      new SlotParameters(13, List.of(47, 24, 24, 24, 30), 24, SlotParameters.Security.BITS_128);

  private static final int MIN_FRACTION = 2;
  private static final double TOLERANCE = 0.5;

  private final Graph graph;
  private final FixedPointSettings settings;
  private final Magnitudes magnitudes;
  private final int threads;
  private final List<ServerStep> steps = new ArrayList<>();
  private final List<LayerReport> reports = new ArrayList<>();

  private Mp2mlCompiler(Graph graph, Magnitudes magnitudes, int threads) {
    this.graph = graph;
    this.settings = magnitudes.settings();
    this.magnitudes = magnitudes;
    this.threads = threads;
  }

  /**
   * Compiles a model; the caller closes it.
   *
   * @param ranges of this graph's values, or null
   * @param threads that a session computes linear layers on
   */
  public static CompiledModel compile(
      Graph graph, FixedPointSettings settings, @Nullable Ranges ranges, int threads) {
    Mp2mlCompiler compiler = new Mp2mlCompiler(graph, new Magnitudes(settings, ranges), threads);
    try {
      return compiler.compile(
          SlotMerger.all(SlotLowering.lower(graph, SlotLowering.Chains.OF_RELUS)));
    } catch (RuntimeException | Error e) {
      compiler.steps.forEach(ServerStep::close);
      throw e;
    }
  }

  private CompiledModel compile(List<SlotLayer> layers) {
    InputSpec input = magnitudes.input(graph);
    ExactFormat current = input.format();
    double limit = input.limit() * current.unit();
    for (int i = 0; i < layers.size(); i++) {
      SlotLayer layer = layers.get(i);
      boolean relu = layer.activation() == SlotLayer.Activation.RELU;
      limit = limit(layer, limit);
      current = linear(layer, current, limit, relu, i > 0);
      if (relu) {
        current = relu(layer, current, limit);
      }
    }
    reveal(current, limit);
    List<PlanStep> view = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      view.add(new PlanStep(steps.get(i).spec(), List.of(i)));
    }
    return new CompiledModel(
        new ServerPlan(new Plan(input, view), steps),
        reports,
        magnitudes.calibrated(),
        magnitudes.calibrated()
            ? List.of()
            : List.of(
                "formats follow from bounds, which are wide; run `sotto calibrate DIR --input X.npy`"));
  }

  /** The largest magnitude that the layer's results are to have. */
  private double limit(SlotLayer layer, double inputLimit) {
    double bound = layer.bound(inputLimit);
    return Math.min(bound, magnitudes.most(layer.name(), bound));
  }

  private ExactFormat relu(SlotLayer layer, ExactFormat input, double limit) {
    SlotReluSpec spec = SlotReluSpec.of(input);
    steps.add(new SlotReluServer(spec));
    report(
        "relu of " + layer.name(),
        limit,
        input,
        "all of it in the circuit, %d bits so that masks hide it to 2^-%d"
            .formatted(spec.output().bits(), SlotReluSpec.HIDING_BITS));
    return spec.output();
  }

  private void reveal(ExactFormat outputs, double limit) {
    TensorShape shape = new TensorShape(graph.node(graph.outputs().get(0).node()).shape().dims());
    steps.add(new RevealServer(new RevealSpec(outputs, shape)));
    report(graph.outputs().get(0).name(), limit, outputs, "the server hands over its share");
  }

  /** Of a step without weights and ciphertexts. */
  private void report(String name, double limit, ExactFormat format, String explanation) {
    reports.add(
        new LayerReport(
            name, 0, 0, limit, format.max() * format.unit(), Double.NaN, Double.NaN, explanation));
  }

  private ExactFormat linear(
      SlotLayer layer, ExactFormat input, double limit, boolean relu, boolean bothShare) {
    int weightBits = weightBits(layer);
    LinearMap map = IntegerWeights.of(layer, Math.scalb(1.0, weightBits));
    try {
      SlotLinearSpec spec = spec(layer, input, limit, relu, weightBits, map.maxL2Norm());
      SlotShareBound bound = SlotLinearServer.bound(spec, map.maxL2Norm());
      long[] bias = new long[layer.outputs()];
      for (int i = 0; i < bias.length; i++) {
        bias[i] =
            Math.round(Math.scalb(layer.map().bias()[i], weightBits + PARAMETERS.scaleBits()));
      }
      reports.add(
          new LayerReport(
              layer.name(),
              weightBits,
              layer.multiplications() + bias.length,
              limit,
              spec.output().max() * spec.output().unit(),
              log2(bound.slotNoise()),
              log2(TOLERANCE / bound.lastPlaces()),
              "%d primes; masks of %d bits"
                  .formatted(spec.level() + 1, bound.maskBits().orElseThrow())));
      steps.add(new SlotLinearServer(spec, new LinearWeights(map, bias), bothShare, threads));
      return spec.output();
    } catch (RuntimeException | Error e) {
      map.close();
      throw e;
    }
  }

  private int weightBits(SlotLayer layer) {
    int fitting = Math.getExponent(SlotPlanner.WEIGHT_BOUND / Math.max(layer.maxWeight(), 1e-9));
    if (fitting < 0) {
      throw new CompileException(
          "%s has weights of up to %.3g, which is too much for scheme mp2ml"
              .formatted(layer.name(), layer.maxWeight()));
    }
    return Math.min(settings.weightFraction(), fitting);
  }

  /** As many fraction bits as were asked for, or as noise, masks and the circuits' width allow. */
  private SlotLinearSpec spec(
      SlotLayer layer,
      ExactFormat input,
      double limit,
      boolean relu,
      int weightBits,
      double l2Norm) {
    int wholeBits = Math.max(0, Math.getExponent(Math.max(limit, 0x1p-30)) + 1);
    int maxBits = relu ? ExactFormat.MAX_BITS - SlotReluSpec.HIDING_BITS : ExactFormat.MAX_BITS;
    int wanted = relu ? settings.hiddenFraction() : settings.outputFraction();
    for (int fraction = Math.min(wanted, maxBits - 1 - wholeBits);
        fraction >= MIN_FRACTION;
        fraction--) {
      ExactFormat output = new ExactFormat(layer.outputs(), wholeBits + 1 + fraction, fraction);
      SlotLinearSpec top =
          new SlotLinearSpec(input, output, PARAMETERS, weightBits, PARAMETERS.topLevel());
      SlotShareBound bound = SlotLinearServer.bound(top, l2Norm);
      if (bound.level().isPresent() && bound.lastPlaces() < TOLERANCE) {
        return new SlotLinearSpec(input, output, PARAMETERS, weightBits, bound.level().getAsInt());
      }
    }
    throw new CompileException(
        "results of %s of up to %.3g leave too few bits to scheme mp2ml; scheme hybrid has more"
            .formatted(layer.name(), limit));
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
