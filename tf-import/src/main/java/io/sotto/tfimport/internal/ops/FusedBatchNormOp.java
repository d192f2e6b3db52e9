package io.sotto.tfimport.internal.ops;

import io.sotto.graph.Node;
import io.sotto.graph.Scale;
import io.sotto.graph.Weights;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;

/** Batch normalisation by moments that were learnt: a factor and an offset a channel. */
final class FusedBatchNormOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("FusedBatchNormV3", "FusedBatchNormV2", "FusedBatchNorm");
  }

  @Override
  public boolean yields(String outputArgument) {
    return outputArgument.isEmpty() || outputArgument.equals("y");
  }

  @Override
  public Value importNode(OpNode node) {
    Windows.requireChannelsLast(node);
    if (node.bool("is_training", true)) {
      throw new UnsupportedNodeException(
          "it normalises by the moments of the batch", "export the model with training=False");
    }
    Node input = node.activation(0, "input");
    float[] scale = node.floats(1, "scale").values();
    float[] offset = node.floats(2, "offset").values();
    Value.Floats mean = node.floats(3, "mean");
    float[] variance = node.floats(4, "variance").values();
    int channels = mean.values().length;
    if (input.shape().rank() == 0
        || input.shape().lastDim() != channels
        || scale.length != channels
        || offset.length != channels
        || variance.length != channels) {
      throw new UnsupportedNodeException(
          "its constants do not fit the channels of %s".formatted(input.shape()));
    }
    double epsilon = node.number("epsilon", 1e-4f);
    float[] factors = new float[channels];
    float[] offsets = new float[channels];
    for (int i = 0; i < channels; i++) {
      double factor = scale[i] / Math.sqrt(variance[i] + epsilon);
      factors[i] = (float) factor;
      offsets[i] = (float) (offset[i] - mean.values()[i] * factor);
    }
    int[] dims = {channels};
    Weights factor = node.weights(new Value.Floats(mean.origin(), dims, factors));
    Weights plus = node.weights(new Value.Floats(mean.origin(), dims, offsets));
    return node.emit(name -> Scale.of(name, input, factor, plus));
  }
}
