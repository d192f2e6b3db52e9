package io.sotto.graph.rewrite;

import io.sotto.graph.BiasAdd;
import io.sotto.graph.Graph;
import io.sotto.graph.Node;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.WeightedNode;
import io.sotto.graph.Weights;

/**
 * A factor and an offset a channel, as batch normalisation is at a prediction, behind a convolution
 * or a product (and its bias) go into their weights and bias.
 */
final class FoldIntoPrevious implements Rule {

  @Override
  public Graph apply(Graph graph) {
    Draft draft = new Draft(graph);
    for (Node old : graph.nodes()) {
      Node node = draft.node(old.name());
      if (node instanceof Scale scale && draft.holds(scale)) {
        fold(draft, scale);
      }
    }
    return draft.graph();
  }

  private static void fold(Draft draft, Scale scale) {
    Constants constants = Constants.of(scale);
    Node input = draft.inputOf(scale);
    if (constants == null || !constants.perChannel() || !draft.hasOneUse(input)) {
      return;
    }
    BiasAdd bias = input instanceof BiasAdd add ? add : null;
    Node first = bias == null ? input : draft.inputOf(bias);
    if (!(first instanceof WeightedNode linear) || !draft.hasOneUse(linear)) {
      return;
    }
    int channels = scale.shape().lastDim();
    float[] offsets = new float[channels];
    for (int i = 0; i < channels; i++) {
      double before = bias == null ? 0 : bias.bias().at(i);
      offsets[i] = (float) (constants.factor(i) * before + constants.offset(i));
    }
    // The outputs are the innermost axis of both kinds' weights.
    Weights weights = linear.weights();
    float[] values = weights.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] *= constants.factor(i);
    }
    if (!Constants.areFinite(values) || !Constants.areFinite(offsets)) {
      return;
    }
    Node scaled = linear.withWeights(Weights.of(weights.shape(), values));
    draft.put(scaled);
    String name = bias == null ? scale.name() : bias.name();
    draft.replace(scale, BiasAdd.of(name, scaled, Weights.of(Shape.of(channels), offsets)));
  }
}
