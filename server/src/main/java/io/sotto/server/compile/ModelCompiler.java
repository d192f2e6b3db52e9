package io.sotto.server.compile;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.WeightMatrix;
import io.sotto.converter.linear.LinearServer;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.linear.LinearWeights;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.relu.ReluServer;
import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.NarrowFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.shares.WideFormat;
import io.sotto.converter.step.ServerStep;
import io.sotto.server.compile.FormatPlanner.Formats;
import io.sotto.server.compile.FormatPlanner.LinearFormat;
import io.sotto.tfimport.graph.Graph;
import io.sotto.tfimport.graph.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns an imported graph into the plan that both parties execute.
 *
 * <p><b>Security.</b> Rings of at least 128 bits only. The plan, which clients see, tells shapes
 * and formats; formats follow from the ranges of the values and the sizes of the weights.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> {@link CompileException}.
 */
public final class ModelCompiler {
  private final List<Layer> layers;
  private final Formats formats;
  private final ReluSpec.Form relu;
  private final List<ServerStep> steps = new ArrayList<>();
  private final List<LayerReport> reports = new ArrayList<>();
  private ShareFormat current;

  private ModelCompiler(List<Layer> layers, Formats formats, ReluSpec.Form relu) {
    this.layers = layers;
    this.relu = relu;
    this.formats = formats;
    this.current = formats.linear().get(0).input();
  }

  /**
   * Compiles a model; the caller closes it.
   *
   * @param ranges of this graph's values, or null to derive bounds
   */
  public static CompiledModel compile(
      Graph graph, FixedPointSettings settings, @Nullable Ranges ranges) {
    return compile(graph, settings, ReluSpec.Form.FAST, ranges);
  }

  /** The same with relus of that form. */
  public static CompiledModel compile(
      Graph graph, FixedPointSettings settings, ReluSpec.Form relu, @Nullable Ranges ranges) {
    List<Layer> layers = Lowering.lower(graph);
    Formats formats = FormatPlanner.plan(layers, graph.input().name(), settings, ranges);
    List<LinearMap> maps = new ArrayList<>();
    try {
      for (LinearFormat format : formats.linear()) {
        maps.add(integers(format.weights()));
      }
      ModelCompiler compiler = new ModelCompiler(layers, formats, relu);
      compiler.addLayers(maps);
      compiler.addReveal(graph);
      return new CompiledModel(
          compiler.plan(graph), compiler.reports, ranges != null, formats.warnings());
    } catch (RuntimeException | Error e) {
      maps.forEach(LinearMap::close);
      throw e;
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

  private void addLayers(List<LinearMap> maps) {
    List<RingChoice.Step> linear = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      LinearFormat format = formats.linear().get(i);
      linear.add(
          new RingChoice.Step(
              format.layer().name(), format.bits(), format.wideBits(), maps.get(i)));
    }
    RingChoice choice = RingChoice.of(linear);
    int next = 0;
    for (Layer layer : layers) {
      if (layer instanceof Layer.Linear) {
        addLinear(
            formats.linear().get(next), maps.get(next), choice.ring(), choice.noise().get(next));
        next++;
      } else {
        addRelu(layer, next);
      }
    }
  }

  private void addLinear(
      LinearFormat format, LinearMap map, RingParameters ring, NoiseBound noise) {
    LinearSpec spec = new LinearSpec(format.input(), format.output(), ring, noise.shortBits());
    steps.add(new LinearServer(spec, new LinearWeights(map, format.weights().bias())));
    reports.add(
        new LayerReport(
            format.layer().name(),
            format.weights().weightFraction(),
            format.layer().parameters(),
            format.expected(),
            format.output().max() * format.output().unit(),
            log2(noise.encoding() + noise.encryption()),
            log2(RingChoice.TOLERANCE / noise.lastPlaces(format.bits()))));
    current = spec.output();
  }

  private void addRelu(Layer layer, int next) {
    NarrowFormat input = (NarrowFormat) current;
    WideFormat output =
        next < formats.linear().size()
            ? formats.linear().get(next).input()
            : new WideFormat(input.elements(), input.bits(), input.fraction());
    steps.add(new ReluServer(new ReluSpec(input, output, relu)));
    current = output;
    reports.add(passing(layer.name()));
  }

  private void addReveal(Graph graph) {
    steps.add(new RevealServer(new RevealSpec(current, shape(graph.output().shape()))));
    reports.add(passing(graph.output().name()));
  }

  /** A step that leaves values and their fraction as they are, or zero. */
  private LayerReport passing(String name) {
    LayerReport before = reports.get(reports.size() - 1);
    return new LayerReport(
        name, 0, 0, before.expected(), before.capacity(), Double.NaN, Double.NaN);
  }

  private static TensorShape shape(Shape shape) {
    return new TensorShape(shape.dims());
  }

  private ServerPlan plan(Graph graph) {
    InputSpec input =
        new InputSpec(
            shape(graph.input().shape()), formats.linear().get(0).input(), formats.input().limit());
    List<PlanStep> chain = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      chain.add(new PlanStep(steps.get(i).spec(), List.of(i)));
    }
    return new ServerPlan(new Plan(input, chain), steps);
  }

  private static double log2(double number) {
    return Math.log(number) / Math.log(2);
  }
}
