package io.sotto.graph.rewrite;

import io.sotto.graph.BiasAdd;
import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Graph;
import io.sotto.graph.MatMul;
import io.sotto.graph.Node;
import io.sotto.graph.Reshape;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import java.util.List;

/**
 * A factor and an offset in front of a convolution or a product go into its weights, and a bias
 * behind it. Zeros around a picture are not scaled, so an offset in front of a padding convolution
 * stays.
 */
final class FoldIntoNext implements Rule {

  @Override
  public Graph apply(Graph graph) {
    Draft draft = new Draft(graph);
    for (Node old : graph.nodes()) {
      Node node = draft.node(old.name());
      if (FoldIntoPrevious.isLinear(node)) {
        fold(draft, node);
      }
    }
    return draft.graph();
  }

  private static void fold(Draft draft, Node linear) {
    Node input = draft.inputOf(linear);
    // A vector's elements are those of the picture that it was, in order.
    Reshape reshape =
        linear instanceof MatMul && input instanceof Reshape found && draft.hasOneUse(found)
            ? found
            : null;
    Node scale = reshape == null ? input : draft.inputOf(reshape);
    Constants constants = Constants.of(scale);
    if (constants == null || !draft.hasOneUse(scale)) {
      return;
    }
    if (linear instanceof Conv2D conv
        && (!constants.perChannel()
            || (constants.hasOffsets() && !conv.pads().equals(Margins.NONE)))) {
      return;
    }
    Weights weights = linear.constants().get(0);
    int outputs = linear.shape().lastDim();
    float[] values = weights.toArray();
    double[] sums = new double[outputs];
    for (int i = 0; i < values.length; i++) {
      int channel = inputOf(linear, i, outputs);
      sums[i % outputs] += (double) constants.offset(channel) * values[i];
      values[i] *= constants.factor(channel);
    }
    float[] offsets = new float[outputs];
    for (int i = 0; i < outputs; i++) {
      offsets[i] = (float) sums[i];
    }
    if (!Constants.areFinite(values) || !Constants.areFinite(offsets)) {
      return;
    }
    Node source = draft.inputOf(scale);
    Node from = reshape == null ? source : reshape.withInputs(scale.inputs());
    if (reshape != null) {
      draft.put(from);
    }
    Node folded =
        FoldIntoPrevious.withWeights(linear, Weights.of(weights.shape(), values))
            .withInputs(List.of(from.name()));
    draft.put(folded);
    if (constants.hasOffsets()) {
      // The node that was in front gives its name to the one behind.
      Node bias = BiasAdd.of(scale.name(), folded, Weights.of(Shape.of(outputs), offsets));
      draft.put(bias);
      draft.redirect(linear.name(), bias.name());
    }
  }

  /** The channel, or the element of a vector, that a weight is a factor of. */
  private static int inputOf(Node linear, int weight, int outputs) {
    int row = weight / outputs;
    if (!(linear instanceof Conv2D conv)) {
      return row;
    }
    int group = weight % outputs / (outputs / conv.groups());
    return group * conv.inputChannels() + row % conv.inputChannels();
  }
}
