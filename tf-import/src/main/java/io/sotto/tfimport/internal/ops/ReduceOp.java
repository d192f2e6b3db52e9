package io.sotto.tfimport.internal.ops;

import io.sotto.graph.AvgPool;
import io.sotto.graph.MaxPool;
import io.sotto.graph.Node;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.graph.Window;
import io.sotto.tfimport.internal.ConstantMath;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/** Sums, means and extrema over axes: pooling by one window over all of them. */
final class ReduceOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Mean", "Max", "Min", "Sum", "Prod");
  }

  @Override
  public Value importNode(OpNode node) {
    if (node.input(0) instanceof Value.Integers integers) {
      return ofIntegers(node, integers);
    }
    int[] dims = node.dims(0, "input");
    boolean[] axes = new boolean[dims.length];
    for (int axis : node.knownIntegers(1, "axes")) {
      axes[OpNode.axis(axis, dims.length)] = true;
    }
    boolean keep = node.bool("keep_dims");
    if (node.input(0) instanceof Value.Floats constant) {
      Value.Floats reduced = ofConstant(node.op(), constant, axes);
      return keep ? reduced : reduced.reshaped(without(dims, axes));
    }
    if (axes[0]) {
      throw new UnsupportedNodeException(
          "it reduces the batch, so that images would be mixed",
          "name the axes of an image, not the first one");
    }
    Node input = node.activation(0, "input");
    int[] kept = dims.clone();
    for (int axis = 1; axis < dims.length; axis++) {
      kept[axis] = axes[axis] ? 1 : dims[axis];
    }
    Shape shape = OpNode.withoutBatch(keep ? kept : without(dims, axes));
    if (Arrays.equals(kept, dims)) {
      return new Value.Activation(node.reshape(input, shape));
    }
    return new Value.Activation(node.reshape(pooled(node, input, dims, axes), shape));
  }

  private static Node pooled(OpNode node, Node input, int[] dims, boolean[] axes) {
    Node picture = input;
    boolean isPicture = dims.length == 4 && !axes[3] && axes[1] && axes[2];
    if (!isPicture) {
      int[] order =
          IntStream.concat(
                  IntStream.of(0),
                  IntStream.concat(
                      IntStream.range(1, dims.length).filter(axis -> axes[axis]),
                      IntStream.range(1, dims.length).filter(axis -> !axes[axis])))
              .toArray();
      int rows = 1;
      for (int axis = 1; axis < dims.length; axis++) {
        rows *= axes[axis] ? dims[axis] : 1;
      }
      int columns = input.shape().elements() / rows;
      picture =
          node.gather(
              input, Selection.transpose(dims, order).reshaped(new int[] {1, rows, 1, columns}));
    }
    Node all = picture;
    Window window = Window.over(all.shape());
    float count = (float) window.size().height() * window.size().width();
    return switch (node.op()) {
      case "Mean" -> node.add(name -> AvgPool.of(name, all, window));
      case "Max" -> node.add(name -> MaxPool.of(name, all, window));
      case "Sum" -> scaled(node, node.add(name -> AvgPool.of(name, all, window)), count);
      case "Min" -> {
        Node negated = scaled(node, all, -1);
        yield scaled(node, node.add(name -> MaxPool.of(name, negated, window)), -1);
      }
      default ->
          throw new UnsupportedNodeException(
              "multiplying the elements of a tensor is not supported");
    };
  }

  private static Node scaled(OpNode node, Node input, float factor) {
    return node.add(name -> Scale.times(name, input, Weights.of(Shape.of(), factor)));
  }

  private static int[] without(int[] dims, boolean[] axes) {
    return IntStream.range(0, dims.length)
        .filter(axis -> !axes[axis])
        .map(axis -> dims[axis])
        .toArray();
  }

  private static Value.Floats ofConstant(String op, Value.Floats constant, boolean[] axes) {
    int count = 1;
    for (int axis = 0; axis < axes.length; axis++) {
      count *= axes[axis] ? constant.dims()[axis] : 1;
    }
    float divisor = count;
    return switch (op) {
      case "Max" -> ConstantMath.reduce(constant, axes, Math::max);
      case "Min" -> ConstantMath.reduce(constant, axes, Math::min);
      case "Prod" -> ConstantMath.reduce(constant, axes, (a, b) -> a * b);
      case "Sum" -> ConstantMath.reduce(constant, axes, Float::sum);
      default ->
          ConstantMath.map(ConstantMath.reduce(constant, axes, Float::sum), x -> x / divisor);
    };
  }

  private static Value ofIntegers(OpNode node, Value.Integers integers) {
    int[] axes = node.knownIntegers(1, "axis");
    if (integers.dims().length != 1 || axes.length > 1) {
      throw new UnsupportedNodeException("it reduces integers other than the numbers of a shape");
    }
    BatchArithmetic.Size result = BatchArithmetic.Size.known(node.op().equals("Prod") ? 1 : 0);
    for (int i = 0; i < integers.size() && axes.length == 1; i++) {
      BatchArithmetic.Size next = BatchArithmetic.number(integers, i);
      result =
          switch (node.op()) {
            case "Prod" -> BatchArithmetic.times(result, next);
            case "Sum" ->
                BatchArithmetic.Size.known(
                    Math.addExact(result.value(), BatchArithmetic.known(next)));
            case "Max" ->
                BatchArithmetic.Size.known(
                    i == 0
                        ? BatchArithmetic.known(next)
                        : Math.max(result.value(), BatchArithmetic.known(next)));
            case "Min" ->
                BatchArithmetic.Size.known(
                    i == 0
                        ? BatchArithmetic.known(next)
                        : Math.min(result.value(), BatchArithmetic.known(next)));
            default -> throw new UnsupportedNodeException("a mean of integers is not supported");
          };
    }
    if (axes.length == 0) {
      return integers;
    }
    int[] dims = node.bool("keep_dims") ? new int[] {1} : new int[0];
    return new Value.Integers(
        dims, new long[] {result.value()}, new boolean[] {result.timesBatch()});
  }
}
