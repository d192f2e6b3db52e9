package io.sotto.baselines.compile;

import io.sotto.baselines.cryptonets.SlotsNetwork;
import io.sotto.baselines.cryptonets.SlotsServer;
import io.sotto.baselines.cryptonets.SlotsSpec;
import io.sotto.baselines.slots.SlotContext;
import io.sotto.baselines.slots.SlotParameters;
import io.sotto.baselines.slots.SlotPlanner;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.graph.Graph;
import io.sotto.graph.Weights;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.LayerReport;
import io.sotto.server.model.Ranges;
import java.util.ArrayList;
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
public final class CryptoNetsCompiler {
  private static final int OUTPUT_BITS = 32;

  /** Whole bits of outputs where nothing is known about them. */
  private static final int UNKNOWN_OUTPUT_BITS = 10;

  private final Graph graph;
  private final FixedPointSettings settings;
  private final Magnitudes magnitudes;
  private final List<SlotLayer> layers;

  /** Layers that became part of the next. */
  private final int merged;

  private final SlotPlanner.Choice choice;
  private final double lastScale;
  private final double outputLimit;
  private final int outputScaleBits;

  private CryptoNetsCompiler(Graph graph, FixedPointSettings settings, @Nullable Ranges ranges) {
    this.graph = graph;
    this.settings = settings;
    this.magnitudes = new Magnitudes(settings, ranges);
    List<SlotLayer> lowered = SlotLowering.lower(graph, SlotLowering.Chains.OF_SQUARES);
    this.layers = SlotMerger.cheapest(lowered);
    this.merged = lowered.size() - layers.size();
    this.outputLimit =
        magnitudes.most(graph.outputs().get(0).node(), Math.scalb(1.0, UNKNOWN_OUTPUT_BITS - 1));
    this.choice = choose(layers);
    this.lastScale = lastInputScale(layers, choice);
    this.outputScaleBits =
        outputScaleBits(choice.parameters(), layers.get(layers.size() - 1), lastScale, outputLimit);
  }

  /**
   * Compiles a model; the caller closes it.
   *
   * @param ranges of this graph's values, or null
   * @param threads that a session computes on
   */
  public static CompiledModel compile(
      Graph graph, FixedPointSettings settings, @Nullable Ranges ranges, int threads) {
    return new CryptoNetsCompiler(graph, settings, ranges).compile(threads);
  }

  private CompiledModel compile(int threads) {
    InputSpec input = magnitudes.input(graph);
    TensorShape shape = new TensorShape(graph.node(graph.outputs().get(0).node()).shape().dims());
    ExactFormat output = new ExactFormat(shape.elements(), OUTPUT_BITS, settings.hiddenFraction());
    SlotsSpec spec =
        new SlotsSpec(
            input.format(),
            output,
            choice.parameters(),
            layers.stream().anyMatch(SlotLayer::squared),
            outputScaleBits);
    RevealServer reveal = new RevealServer(new RevealSpec(output, shape));
    Plan plan =
        new Plan(
            input,
            List.of(new PlanStep(spec, List.of(0)), new PlanStep(reveal.spec(), List.of(1))));
    SlotsServer server = new SlotsServer(spec, network(), threads);
    return new CompiledModel(
        new ServerPlan(plan, List.of(server, reveal)),
        reports(output),
        magnitudes.calibrated(),
        warnings());
  }

  private SlotsNetwork network() {
    List<SlotsNetwork.Layer> network = new ArrayList<>();
    int last = layers.size() - 1;
    try {
      for (int i = 0; i <= last; i++) {
        double scale =
            i < last ? choice.weightScales().get(i) : Math.scalb(1.0, outputScaleBits) / lastScale;
        SlotLayer layer = layers.get(i);
        network.add(
            new SlotsNetwork.Layer(
                IntegerWeights.of(layer, scale), scale, layer.map().bias(), layer.squared()));
      }
    } catch (RuntimeException | Error e) {
      network.forEach(SlotsNetwork.Layer::close);
      throw e;
    }
    return new SlotsNetwork(network, floodBits());
  }

  private List<LayerReport> reports(ExactFormat output) {
    long weights =
        graph.nodes().stream()
            .flatMap(node -> node.constants().stream())
            .mapToLong(Weights::size)
            .sum();
    return List.of(
        report(
            "%d linear layers, %d squared"
                .formatted(layers.size(), layers.stream().filter(SlotLayer::squared).count()),
            weights,
            Math.scalb(1.0, choice.parameters().primeBits().get(0) - 1 - outputScaleBits),
            reason()),
        report(
            graph.outputs().get(0).name(),
            0,
            output.max() * output.unit(),
            "the client has all of it; the server's share is zero"));
  }

  private LayerReport report(String name, long weights, double capacity, String explanation) {
    return new LayerReport(
        name, 0, weights, outputLimit, capacity, Double.NaN, Double.NaN, explanation);
  }

  private String reason() {
    return "one level of primes for each layer's weights and for each square; the rest is their scale"
        + (merged == 0
            ? ""
            : "; %d layers are part of the next, which is cheaper".formatted(merged));
  }

  private List<String> warnings() {
    int limit = 1 << (UNKNOWN_OUTPUT_BITS - 1);
    return magnitudes.calibrated()
        ? List.of()
        : List.of(
            "outputs are taken to lie within -%d..%d, others come out wrong without notice; run `sotto calibrate DIR --input X.npy`"
                .formatted(limit, limit));
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
    try (SlotContext context = SlotContext.create(choice.parameters())) {
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
  private int floodBits() {
    int sum = (choice.parameters().logDegree() - 1) / 2;
    int bits = outputScaleBits - settings.outputFraction() + 1 - sum;
    return Math.max(0, Math.min(bits, 58));
  }
}
