package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Add;
import io.sotto.graph.Clip;
import io.sotto.graph.LeakyRelu;
import io.sotto.graph.Node;
import io.sotto.graph.Relu;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Value;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The larger or the smaller of two tensors, or of one and a constant: mostly a clip. */
final class ExtremumOp extends BinaryOp {
  private final boolean max;

  private ExtremumOp(boolean max) {
    this.max = max;
  }

  static ExtremumOp maximum() {
    return new ExtremumOp(true);
  }

  static ExtremumOp minimum() {
    return new ExtremumOp(false);
  }

  @Override
  public Set<String> ops() {
    return Set.of(max ? "Maximum" : "Minimum");
  }

  @Override
  float ofFloats(float left, float right) {
    return max ? Math.max(left, right) : Math.min(left, right);
  }

  @Override
  BatchArithmetic.Size ofIntegers(BatchArithmetic.Size left, BatchArithmetic.Size right) {
    long one = BatchArithmetic.known(left);
    long other = BatchArithmetic.known(right);
    return BatchArithmetic.Size.known(max ? Math.max(one, other) : Math.min(one, other));
  }

  /** max(a, b) = b + relu(a - b); min(a, b) = b - relu(b - a). */
  @Override
  Value ofActivations(OpNode node, Elementwise.Pair pair) {
    Node a = pair.left();
    Node b = pair.right();
    Node leaky = max ? leaky(node, a, b) : null;
    if (leaky != null) {
      return new Value.Activation(leaky, pair.rows());
    }
    List<Integer> order = max ? List.of(1, -1) : List.of(-1, 1);
    Node difference = node.add(name -> Add.of(name, List.of(a, b), order));
    Node rest = node.add(name -> Relu.of(name, difference));
    Node result = node.add(name -> Add.of(name, List.of(b, rest), List.of(1, max ? 1 : -1)));
    return new Value.Activation(result, pair.rows());
  }

  /** max(x, c x) with c from 0 to 1 is how some write a leaky ReLU; null if it is not that. */
  private static @Nullable Node leaky(OpNode node, Node a, Node b) {
    Node x = a instanceof Scale ? b : a;
    Node scaled = a instanceof Scale ? a : b;
    if (!(scaled instanceof Scale scale)
        || !scale.input().equals(x.name())
        || scale.offset().maxAbs() != 0
        || IntStream.range(0, scale.factor().size())
            .anyMatch(i -> !(scale.factor().at(i) >= 0 && scale.factor().at(i) <= 1))) {
      return null;
    }
    return node.add(name -> LeakyRelu.of(name, x, scale.factor()));
  }

  @Override
  Value ofConstant(OpNode node, Elementwise.WithConstant operands, boolean constantLeft) {
    Node input = operands.input();
    Weights bounds = operands.constant();
    float first = bounds.at(0);
    boolean same = IntStream.range(1, bounds.size()).allMatch(i -> bounds.at(i) == first);
    if (same) {
      return node.emitLike(
          operands.activation(),
          name ->
              !max
                  ? Clip.of(name, input, Float.NEGATIVE_INFINITY, first)
                  : first == 0
                      ? Relu.of(name, input)
                      : Clip.of(name, input, first, Float.POSITIVE_INFINITY));
    }
    // max(x, c) = c + relu(x - c); min(x, c) = c - relu(c - x).
    float[] negated = bounds.toArray();
    for (int i = 0; i < negated.length; i++) {
      negated[i] = -negated[i];
    }
    Weights minus = Weights.of(bounds.shape(), negated);
    Weights sign = Weights.of(Shape.of(), max ? 1 : -1);
    Node difference = node.add(name -> Scale.of(name, input, sign, max ? minus : bounds));
    Node rest = node.add(name -> Relu.of(name, difference));
    return node.emitLike(operands.activation(), name -> Scale.of(name, rest, sign, bounds));
  }
}
