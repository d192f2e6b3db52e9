package io.sotto.baselines.compile;

import io.sotto.baselines.cryptonets.SlotsNetwork;
import io.sotto.baselines.cryptonets.SlotsServer;
import io.sotto.baselines.cryptonets.SlotsSpec;
import io.sotto.baselines.slots.SlotParameters;
import io.sotto.baselines.slots.SlotPlanner;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.LinearMapBuilder;
import io.sotto.ckks.WeightMatrix;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.graph.Graph;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.LayerReport;
import io.sotto.server.model.Ranges;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a network of linear layers and squares for scheme {@code cryptonets}: one step on
 * encrypted slots, and the reveal of what the client then has.
 *
 * <p><b>Security.</b> Rings of at least 128 bits only. The plan, which clients see, tells the
 * number of layers by the primes. What results tell: {@link SlotsServer}.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> {@link CompileException}.
 */
public final class SlotCompiler {
  private static final int INPUT_BITS = 40;
  private static final int OUTPUT_BITS = 32;

  /** Whole bits of outputs where nothing is known about them. */
  private static final int UNKNOWN_OUTPUT_BITS = 10;

  private SlotCompiler() {}

  /**
   * Compiles a model; the caller closes it.
   *
   * @param ranges of this graph's values, or null
   * @param threads that a session computes on
   */
  public static CompiledModel compile(
      Graph graph, FixedPointSettings settings, @Nullable Ranges ranges, int threads) {
    List<SlotLayer> lowered = SlotLowering.lower(graph, SlotLowering.Chains.OF_SQUARES);
    List<SlotLayer> layers = SlotMerger.cheapest(lowered);
    List<String> warnings = new ArrayList<>();
    if (ranges == null) {
      warnings.add(
          "outputs are taken to lie within -%d..%d, others come out wrong without notice; run `sotto calibrate DIR --input X.npy`"
              .formatted(1 << (UNKNOWN_OUTPUT_BITS - 1), 1 << (UNKNOWN_OUTPUT_BITS - 1)));
    }
    double outputLimit =
        ranges == null
            ? Math.scalb(1.0, UNKNOWN_OUTPUT_BITS - 1)
            : magnitude(ranges, graph.outputs().get(0).node()) * settings.headroom();
    SlotPlanner.Choice choice = choose(layers);
    SlotParameters parameters = choice.parameters();
    int last = layers.size() - 1;
    double lastScale = lastInputScale(layers, choice);
    int outputScaleBits = outputScaleBits(parameters, layers.get(last), lastScale, outputLimit);
    InputSpec input = input(graph, settings, ranges);
    TensorShape outputShape =
        new TensorShape(graph.node(graph.outputs().get(0).node()).shape().dims());
    ExactFormat output =
        new ExactFormat(outputShape.elements(), OUTPUT_BITS, settings.hiddenFraction());
    List<SlotsNetwork.Layer> network = new ArrayList<>();
    try {
      for (int i = 0; i <= last; i++) {
        double scale =
            i < last ? choice.weightScales().get(i) : Math.scalb(1.0, outputScaleBits) / lastScale;
        SlotLayer layer = layers.get(i);
        network.add(
            new SlotsNetwork.Layer(integers(layer, scale), scale, layer.bias(), layer.squared()));
      }
    } catch (RuntimeException | Error e) {
      network.forEach(SlotsNetwork.Layer::close);
      throw e;
    }
    SlotsSpec spec =
        new SlotsSpec(
            input.format(),
            output,
            parameters,
            layers.stream().anyMatch(SlotLayer::squared),
            outputScaleBits);
    SlotsServer server =
        new SlotsServer(
            spec,
            new SlotsNetwork(network, floodBits(parameters, outputScaleBits, settings)),
            threads);
    RevealServer reveal = new RevealServer(new RevealSpec(output, outputShape));
    Plan plan =
        new Plan(
            input,
            List.of(new PlanStep(spec, List.of(0)), new PlanStep(reveal.spec(), List.of(1))));
    double capacity = Math.scalb(1.0, parameters.primeBits().get(0) - 1 - outputScaleBits);
    long weights =
        graph.nodes().stream()
            .flatMap(node -> node.constants().stream())
            .mapToLong(w -> w.size())
            .sum();
    return new CompiledModel(
        new ServerPlan(plan, List.of(server, reveal)),
        List.of(
            new LayerReport(
                "%d linear layers, %d squared"
                    .formatted(layers.size(), layers.stream().filter(SlotLayer::squared).count()),
                0,
                weights,
                outputLimit,
                capacity,
                Double.NaN,
                Double.NaN,
                reason(lowered.size() - layers.size())),
            new LayerReport(
                graph.outputs().get(0).name(),
                0,
                0,
                outputLimit,
                output.max() * output.unit(),
                Double.NaN,
                Double.NaN,
                "the client has all of it; the server's share is zero")),
        ranges != null,
        warnings);
  }

  private static String reason(int merged) {
    return "one level of primes for each layer's weights and for each square; the rest is their scale"
        + (merged == 0
            ? ""
            : "; %d layers are part of the next, which is cheaper".formatted(merged));
  }

  private static SlotPlanner.Choice choose(List<SlotLayer> layers) {
    try {
      return SlotPlanner.choose(SlotMerger.planned(layers));
    } catch (IllegalArgumentException e) {
      throw new CompileException(e.getMessage() + "; scheme hybrid has no such limit");
    }
  }

  /** By the lengths of the primes; the protocol works with the primes themselves. */
  private static double lastInputScale(List<SlotLayer> layers, SlotPlanner.Choice choice) {
    try (var context = io.sotto.baselines.slots.SlotContext.create(choice.parameters())) {
      int level = context.topLevel();
      double scale = Math.scalb(1.0, choice.parameters().scaleBits());
      for (int i = 0; i < layers.size() - 1; i++) {
        scale = scale * choice.weightScales().get(i) / context.modulus(level--);
        if (layers.get(i).squared()) {
          scale = scale * scale / context.modulus(level--);
        }
      }
      return scale;
    }
  }

  /** As many as the weights' size and the outputs' magnitude allow. */
  private static int outputScaleBits(
      SlotParameters parameters, SlotLayer last, double lastScale, double outputLimit) {
    double byWeights = lastScale * SlotPlanner.WEIGHT_BOUND / Math.max(last.maxWeight(), 1e-9);
    double byOutputs = Math.scalb(1.0, parameters.primeBits().get(0) - 2) / outputLimit;
    int bits = Math.getExponent(Math.min(byWeights, byOutputs));
    if (bits < parameters.scaleBits() / 2) {
      throw new CompileException(
          "outputs of up to %.3g leave too few bits to scheme cryptonets".formatted(outputLimit));
    }
    return bits;
  }

  /**
   * Uniform noise in each coefficient that moves an output by about one last place as scheme hybrid
   * reveals it. The real part of a slot is like a sum of N/2 coefficients.
   */
  private static int floodBits(
      SlotParameters parameters, int outputScaleBits, FixedPointSettings settings) {
    int bits = outputScaleBits - settings.outputFraction() + 1 - (parameters.logDegree() - 1) / 2;
    return Math.max(0, Math.min(bits, 58));
  }

  /** The input's format: the calibrated range or the one that was set. */
  static InputSpec input(Graph graph, FixedPointSettings settings, @Nullable Ranges ranges) {
    double limit =
        settings.inputLimit() != null
            ? settings.inputLimit()
            : ranges != null
                ? Math.max(magnitude(ranges, graph.input().name()), 1e-6) * settings.headroom()
                : 1;
    TensorShape shape = new TensorShape(graph.input().shape().dims());
    int fraction = settings.inputFraction();
    return new InputSpec(
        shape,
        new ExactFormat(shape.elements(), INPUT_BITS, fraction),
        Math.max(1, (long) Math.ceil(Math.scalb(limit, fraction))));
  }

  /** Of what calibration saw of a node. */
  static double magnitude(Ranges ranges, String node) {
    List<Double> ends = ranges.nodes().get(node);
    if (ends == null) {
      throw new CompileException("calibration saw no node " + node);
    }
    return ends.stream().mapToDouble(Math::abs).max().orElse(0);
  }

  /** The layer's weights, scaled and rounded. */
  static LinearMap integers(SlotLayer layer, double scale) {
    LinearMapBuilder builder = LinearMap.builder(layer.inputs(), layer.outputs());
    IdentityHashMap<double[], WeightMatrix> shared = new IdentityHashMap<>();
    int output = 0;
    for (SlotLayer.Block block : layer.blocks()) {
      builder.block(
          block.refs(),
          output,
          shared.computeIfAbsent(block.weights(), weights -> rounded(block, scale)));
      output += block.rows();
    }
    return builder.build();
  }

  /**
   * Nearest integers, but never a row of zeros: a ciphertext times zero is none any more. The
   * smallest weight stands in, far below what matters.
   */
  private static WeightMatrix rounded(SlotLayer.Block block, double scale) {
    int columns = block.refs().length;
    int[] integers = new int[block.weights().length];
    for (int row = 0; row < block.rows(); row++) {
      boolean zeros = true;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        integers[i] = Math.toIntExact(Math.round(block.weights()[i] * scale));
        zeros = zeros && integers[i] == 0;
      }
      if (zeros) {
        for (int i = 0; i < columns; i++) {
          if (block.refs()[i] != SlotLayer.ZERO) {
            integers[row * columns + i] = 1;
          }
        }
      }
    }
    return WeightMatrix.of(block.rows(), integers);
  }
}
