package io.sotto.graph.rewrite;

import io.sotto.graph.Add;
import io.sotto.graph.Graph;
import io.sotto.graph.LeakyRelu;
import io.sotto.graph.Node;
import io.sotto.graph.Relu;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import org.jspecify.annotations.Nullable;

/**
 * {@code relu(x) + c relu(-x)}, as Keras writes PReLU and others the absolute value, is one leaky
 * ReLU with the slope {@code -c}.
 */
final class FuseLeakyRelu implements Rule {

  @Override
  public Graph apply(Graph graph) {
    Draft draft = new Draft(graph);
    for (Node old : graph.nodes()) {
      if (draft.node(old.name()) instanceof Add sum && sum.inputs().size() == 2) {
        Node fused = fused(draft, sum, 0, 1);
        fused = fused == null ? fused(draft, sum, 1, 0) : fused;
        if (fused != null) {
          draft.put(fused);
        }
      }
    }
    return draft.graph();
  }

  private static @Nullable Node fused(Draft draft, Add sum, int positive, int negative) {
    Node left = draft.node(sum.inputs().get(positive));
    Node right = draft.node(sum.inputs().get(negative));
    Scale factor = null;
    if (right instanceof Scale scale && scale.offset().maxAbs() == 0) {
      factor = scale;
      right = draft.inputOf(scale);
    }
    if (!(left instanceof Relu)
        || !(right instanceof Relu)
        || !(draft.inputOf(right) instanceof Scale turned)
        || !DropIdentities.isAll(turned.factor(), -1)
        || turned.offset().maxAbs() != 0
        || !turned.input().equals(left.inputs().get(0))
        || sum.signs().get(positive) != 1) {
      return null;
    }
    float[] slopes = factor == null ? new float[] {1} : factor.factor().toArray();
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] *= -sum.signs().get(negative);
    }
    Shape shape = factor == null ? Shape.of() : factor.factor().shape();
    return LeakyRelu.of(sum.name(), draft.inputOf(left), Weights.of(shape, slopes));
  }
}
