package io.sotto.graph.rewrite;

import io.sotto.graph.BiasAdd;
import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Graph;
import io.sotto.graph.MatMul;
import io.sotto.graph.Node;
import io.sotto.graph.Reshape;
import io.sotto.graph.Shape;
import io.sotto.graph.WeightedNode;
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
      if (draft.node(old.name()) instanceof WeightedNode linear) {
        fold(draft, linear);
      }
    }
    return draft.graph();
  }

  private static void fold(Draft draft, WeightedNode linear) {
    Node input = draft.inputOf(linear);
    // A vector's elements are those of the picture that it was, in order.
    Reshape reshape =
        linear instanceof MatMul && input instanceof Reshape found && draft.hasOneUse(found)
            ? found
            : null;
    Node scale = reshape == null ? input : draft.inputOf(reshape);
    Constants constants = Constants.of(scale);
    if (constants == null || !draft.hasOneUse(scale) || !takes(linear, constants)) {
      return;
    }
    float[] values = linear.weights().toArray();
    float[] offsets = scale(linear, constants, values);
    if (!Constants.areFinite(values) || !Constants.areFinite(offsets)) {
      return;
    }
    Node source = draft.inputOf(scale);
    Node from = reshape == null ? source : reshape.withInputs(scale.inputs());
    if (reshape != null) {
      draft.put(from);
    }
    Node folded =
        linear
            .withWeights(Weights.of(linear.weights().shape(), values))
            .withInputs(List.of(from.name()));
    draft.put(folded);
    if (constants.hasOffsets()) {
      // The node that was in front gives its name to the one behind.
      Weights bias = Weights.of(Shape.of(offsets.length), offsets);
      Node behind = BiasAdd.of(scale.name(), folded, bias);
      draft.put(behind);
      draft.redirect(linear.name(), behind.name());
    }
  }

  /** A convolution takes constants of channels, and offsets if it has no zeros around. */
  private static boolean takes(WeightedNode linear, Constants constants) {
    return !(linear instanceof Conv2D conv)
        || (constants.perChannel()
            && (!constants.hasOffsets() || conv.pads().equals(Margins.NONE)));
  }

  /** Scales weights by the factors; returns what the offsets add to each output. */
  private static float[] scale(WeightedNode linear, Constants constants, float[] values) {
    int outputs = linear.shape().lastDim();
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
    return offsets;
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
