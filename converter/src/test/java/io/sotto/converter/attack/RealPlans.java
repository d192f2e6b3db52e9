package io.sotto.converter.attack;

import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.converter.attack.SmallNetwork.Layer;
import io.sotto.converter.combine.CombineServer;
import io.sotto.converter.combine.CombineSpec;
import io.sotto.converter.linear.LinearServer;
import io.sotto.converter.maxpool.MaxPoolServer;
import io.sotto.converter.maxpool.MaxPoolSpec;
import io.sotto.converter.maxpool.Pooling;
import io.sotto.converter.moves.Move;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanStep;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.relu.ReluServer;
import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.HalfCellFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.ServerStep;
import io.sotto.converter.testing.Convolution;
import io.sotto.converter.testing.Convolution.Tile;
import io.sotto.converter.truncate.TruncateServer;
import io.sotto.converter.truncate.TruncateSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** {@link SmallNetwork}s as the server's steps. */
final class RealPlans {
  private final List<ServerStep> steps = new ArrayList<>();
  private final List<PlanStep> view = new ArrayList<>();

  /** Whether all of a layer's channels share a result, so that many images share a ciphertext. */
  private final boolean tiles;

  private RealPlans(boolean tiles) {
    this.tiles = tiles;
  }

  /** In the batch layout. */
  static ServerPlan of(SmallNetwork network) {
    return of(network, false);
  }

  /** The pooling comes after the relu, which is the same. */
  static ServerPlan of(SmallNetwork network, boolean tiles) {
    InputSpec input =
        new InputSpec(
            new TensorShape(List.of(SmallNetwork.INPUTS)),
            exact(SmallNetwork.INPUTS),
            1 << SmallNetwork.FRACTION);
    RealPlans plan = new RealPlans(tiles);
    int hidden = network.first().bias().length;
    int value =
        switch (network.path()) {
          case NONE -> 0;
          case RELU -> plan.relu(plan.add(plan.linear(network.first()), 0), hidden);
          case POOLING ->
              plan.add(
                  pooling(hidden), plan.relu(plan.add(plan.linear(network.first()), 0), hidden));
          case RESIDUAL -> plan.residual(network, hidden);
        };
    int last = plan.add(plan.linear(network.last()), value);
    ExactFormat outputs = exact(SmallNetwork.OUTPUTS);
    TruncateSpec truncate =
        new TruncateSpec(
            halfCells(SmallNetwork.OUTPUTS), SmallNetwork.FRACTION, outputs, FunctionForm.LOOKUP);
    int truncated = plan.add(new TruncateServer(truncate), last);
    TensorShape shape = new TensorShape(List.of(SmallNetwork.OUTPUTS));
    plan.add(new RevealServer(new RevealSpec(outputs, shape)), truncated);
    return new ServerPlan(new Plan(input, plan.view), plan.steps);
  }

  private int residual(SmallNetwork network, int hidden) {
    int skip = relu(add(linear(network.first()), 0), hidden);
    int products = add(linear(network.second()), skip);
    List<Move.Axis> all = List.of(new Move.Axis(hidden, 1, 1));
    CombineSpec sum =
        new CombineSpec(
            List.of(halfCells(hidden), exact(hidden)),
            halfCells(hidden),
            List.of(new Move(0, 1, 0, 0, all), new Move(1, 1 << SmallNetwork.FRACTION, 0, 0, all)));
    return relu(add(new CombineServer(sum, null), products, skip), hidden);
  }

  private int add(ServerStep step, Integer... inputs) {
    steps.add(step);
    view.add(new PlanStep(step.spec(), List.of(inputs)));
    return steps.size();
  }

  private int relu(int value, int elements) {
    ReluSpec relu =
        new ReluSpec(
            halfCells(elements), SmallNetwork.FRACTION, exact(elements), FunctionForm.LOOKUP);
    return add(new ReluServer(relu), value);
  }

  private LinearServer linear(Layer layer) {
    int outputs = layer.bias().length;
    int inputs = layer.weights()[0].length;
    int[] weights = Arrays.stream(layer.weights()).flatMapToInt(Arrays::stream).toArray();
    Convolution dense = new Convolution(1, 1, inputs, outputs, weights, layer.bias());
    double norm = 4 << SmallNetwork.FRACTION;
    double l2Norm = tiles ? norm * Math.sqrt(outputs) : norm;
    // Of two channels beside each other a coefficient meets weights of both.
    NoiseBound noise =
        ParameterPlanner.choose(SmallNetwork.WIDE_BITS, tiles ? 2 * norm : norm, l2Norm);
    int images = noise.parameters().degree() / (inputs * outputs);
    return dense.step(
        noise.parameters(),
        exact(inputs),
        halfCells(outputs),
        noise.shortBits(),
        tiles ? Map.of(1, new Tile(images, 1, inputs, outputs)) : Map.of());
  }

  private static MaxPoolServer pooling(int elements) {
    return new MaxPoolServer(
        new MaxPoolSpec(
            exact(elements),
            exact(elements / 2),
            SmallNetwork.BITS,
            List.of(new Pooling(elements / 2, 2, 1, 2, 2, 0, 1)),
            FunctionForm.LOOKUP));
  }

  private static ExactFormat exact(int elements) {
    return new ExactFormat(elements, SmallNetwork.WIDE_BITS, SmallNetwork.FRACTION);
  }

  private static HalfCellFormat halfCells(int elements) {
    return new HalfCellFormat(elements, SmallNetwork.WIDE_BITS, 2 * SmallNetwork.FRACTION);
  }
}
