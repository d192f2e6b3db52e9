package io.sotto.server.compile.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sotto.converter.maxpool.Pooling;
import io.sotto.converter.reveal.RevealSpec.Activation;
import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.server.compile.Nets;
import io.sotto.server.compile.Predictions;
import io.sotto.server.compile.operations.Op.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Computes operations in double precision. */
public final class OperationsInterpreter {
  private OperationsInterpreter() {}

  /** All values, for one image. */
  static List<double[]> run(Operations operations, List<double[]> inputs) {
    List<double[]> values = new ArrayList<>();
    for (Op op : operations.all()) {
      values.add(compute(op, values, inputs));
    }
    return values;
  }

  /** One letter an operation, the inputs left out. */
  public static String kinds(Operations operations) {
    StringBuilder kinds = new StringBuilder();
    for (Op op : operations.all()) {
      if (op instanceof Op.Multiply) {
        kinds.append('X');
      } else if (op instanceof Op.Round) {
        kinds.append('~');
      } else if (!(op instanceof Op.Input)) {
        kinds.append(op.getClass().getSimpleName().charAt(0));
      }
    }
    return kinds.toString();
  }

  /** That every output of operations is the graph's, on random images. */
  public static void requireSame(Graph graph, Operations operations, long seed) {
    int images = 3;
    List<float[]> inputs = Nets.images(graph, images, seed);
    List<float[]> expected = new GraphInterpreter(graph).run(inputs);
    for (int image = 0; image < images; image++) {
      List<double[]> one = new ArrayList<>();
      for (float[] input : inputs) {
        int size = input.length / images;
        double[] part = new double[size];
        for (int i = 0; i < size; i++) {
          part[i] = input[image * size + i];
        }
        one.add(part);
      }
      List<double[]> values = OperationsInterpreter.run(operations, one);
      for (int o = 0; o < operations.outputs().size(); o++) {
        Operations.Output output = operations.outputs().get(o);
        double[] result = values.get(output.value());
        if (output.activation() == Activation.SOFTMAX) {
          result = Predictions.softmax(result, output.shape().lastDim());
        }
        int size = output.shape().elements();
        assertThat(result).hasSize(size);
        double largest = 1;
        for (float value : expected.get(o)) {
          largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < size; i++) {
          assertThat(result[i])
              .as("seed %d, output %d", seed, o)
              .isCloseTo(expected.get(o)[image * size + i], within(2e-4 * largest));
        }
      }
    }
  }

  private static double[] compute(Op op, List<double[]> values, List<double[]> inputs) {
    if (op instanceof Op.Input) {
      return inputs.get(values.size());
    }
    if (op instanceof Op.Linear linear) {
      return linear
          .map()
          .apply(
              linear.inputs().stream()
                  .flatMapToDouble(v -> Arrays.stream(values.get(v)))
                  .toArray());
    }
    if (op instanceof Op.Combine combine) {
      double[] sum =
          combine.constants() == null
              ? new double[combine.elements()]
              : combine.constants().clone();
      for (Term term : combine.terms()) {
        for (int i = 0; i < sum.length; i++) {
          if (term.refs()[i] >= 0) {
            sum[i] +=
                Math.scalb((double) term.coefficient(), -term.exponent())
                    * values.get(term.value())[term.refs()[i]];
          }
        }
      }
      return sum;
    }
    if (op instanceof Op.Relu relu) {
      return Arrays.stream(values.get(relu.input())).map(v -> Math.max(0, v)).toArray();
    }
    if (op instanceof Op.Widen widen) {
      return values.get(widen.input());
    }
    if (op instanceof Op.Round round) {
      return values.get(round.input());
    }
    if (op instanceof Op.MaxPool pool) {
      double[] x = values.get(pool.input());
      for (Pooling pooling : pool.poolings()) {
        x = pool(pooling, x);
      }
      return x;
    }
    if (op instanceof Op.Multiply product) {
      double[] result = values.get(product.left()).clone();
      for (int i = 0; i < result.length; i++) {
        result[i] *= values.get(product.right())[i];
      }
      return result;
    }
    Op.ArgMax argMax = (Op.ArgMax) op;
    double[] x = values.get(argMax.input());
    double[] places = new double[argMax.rows()];
    for (int row = 0; row < places.length; row++) {
      int best = 0;
      for (int i = 1; i < argMax.length(); i++) {
        if (x[row * argMax.length() + i] > x[row * argMax.length() + best]) {
          best = i;
        }
      }
      places[row] = best;
    }
    return places;
  }

  private static double[] pool(Pooling pooling, double[] x) {
    int outputs = pooling.outputs();
    double[] result = new double[pooling.outer() * outputs * pooling.inner()];
    Arrays.fill(result, Double.NEGATIVE_INFINITY);
    for (int outer = 0; outer < pooling.outer(); outer++) {
      for (int output = 0; output < outputs; output++) {
        for (int k = 0; k < pooling.window(); k++) {
          int place = output * pooling.stride() - pooling.before() + k;
          for (int i = 0; i < pooling.inner() && place >= 0 && place < pooling.length(); i++) {
            int to = (outer * outputs + output) * pooling.inner() + i;
            int from = (outer * pooling.length() + place) * pooling.inner() + i;
            result[to] = Math.max(result[to], x[from]);
          }
        }
      }
    }
    return result;
  }
}
