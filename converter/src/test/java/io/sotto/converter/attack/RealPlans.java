package io.sotto.converter.attack;

import io.sotto.ckks.LinearMap;
import io.sotto.ckks.NoiseBound;
import io.sotto.ckks.ParameterPlanner;
import io.sotto.ckks.WeightMatrix;
import io.sotto.converter.Models;
import io.sotto.converter.attack.SmallNetwork.Layer;
import io.sotto.converter.attack.SmallNetwork.Path;
import io.sotto.converter.linear.LinearServer;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.linear.LinearWeights;
import io.sotto.converter.maxpool.MaxPoolServer;
import io.sotto.converter.maxpool.MaxPoolSpec;
import io.sotto.converter.maxpool.Pooling;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.relu.ReluServer;
import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.relu.ReluSpec.Form;
import io.sotto.converter.reveal.RevealServer;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.NarrowFormat;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.shares.TensorShape;
import io.sotto.converter.step.ServerStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@link SmallNetwork}s as the server's steps. */
final class RealPlans {
  private RealPlans() {}

  /** A network without a residual sum. The pooling comes after the relu, which is the same. */
  static ServerPlan of(SmallNetwork network) {
    List<ServerStep> steps = new ArrayList<>();
    if (network.path() != Path.NONE) {
      steps.add(linear(network.first()));
      steps.add(relu(network.first().bias().length));
    }
    if (network.path() == Path.POOLING) {
      steps.add(pooling(network.first().bias().length));
    }
    LinearServer last = linear(network.last());
    steps.add(last);
    ShareFormat outputs = last.spec().output();
    steps.add(
        new RevealServer(new RevealSpec(outputs, new TensorShape(List.of(SmallNetwork.OUTPUTS)))));
    InputSpec input =
        new InputSpec(
            new TensorShape(List.of(SmallNetwork.INPUTS)),
            wide(SmallNetwork.INPUTS),
            1 << SmallNetwork.FRACTION);
    return Models.chain(input, steps);
  }

  private static LinearServer linear(Layer layer) {
    int outputs = layer.bias().length;
    int inputs = layer.weights()[0].length;
    int[] weights = Arrays.stream(layer.weights()).flatMapToInt(Arrays::stream).toArray();
    double norm = 4 << SmallNetwork.FRACTION;
    NoiseBound noise =
        ParameterPlanner.choose(
            SmallNetwork.BITS,
            SmallNetwork.WIDE_BITS,
            norm,
            norm,
            ParameterPlanner.DEFAULT_TOLERANCE);
    return new LinearServer(
        new LinearSpec(wide(inputs), narrow(outputs), noise.parameters(), noise.shortBits()),
        new LinearWeights(
            LinearMap.dense(inputs, WeightMatrix.of(outputs, weights)), layer.bias()));
  }

  private static ReluServer relu(int elements) {
    return new ReluServer(new ReluSpec(narrow(elements), wide(elements)));
  }

  private static MaxPoolServer pooling(int elements) {
    return new MaxPoolServer(
        new MaxPoolSpec(
            wide(elements),
            wide(elements / 2),
            SmallNetwork.BITS,
            0,
            List.of(new Pooling(elements / 2, 2, 1, 2, 2, 0, 1)),
            Form.LOOKUP));
  }

  private static ExactFormat wide(int elements) {
    return new ExactFormat(elements, SmallNetwork.WIDE_BITS, SmallNetwork.FRACTION);
  }

  private static NarrowFormat narrow(int elements) {
    return new NarrowFormat(elements, SmallNetwork.BITS, SmallNetwork.FRACTION);
  }
}
