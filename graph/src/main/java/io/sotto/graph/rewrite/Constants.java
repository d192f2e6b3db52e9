package io.sotto.graph.rewrite;

import io.sotto.graph.BiasAdd;
import io.sotto.graph.Node;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a Scale or a BiasAdd does to each element: a factor and an offset, one a channel where the
 * node is so, else one an element.
 */
final class Constants {
  private final boolean perChannel;
  private final float[] factors;
  private final float[] offsets;

  private Constants(boolean perChannel, float[] factors, float[] offsets) {
    this.perChannel = perChannel;
    this.factors = factors;
    this.offsets = offsets;
  }

  /** Of a node of these kinds, else null. */
  static @Nullable Constants of(Node node) {
    if (node instanceof BiasAdd add) {
      float[] ones = new float[add.bias().size()];
      Arrays.fill(ones, 1);
      return new Constants(true, ones, add.bias().toArray());
    }
    if (!(node instanceof Scale scale)) {
      return null;
    }
    if (!isPerChannel(scale.factor())
        || !isPerChannel(scale.offset())
        || scale.shape().rank() == 0) {
      return new Constants(false, scale.factors(), scale.offsets());
    }
    int channels = scale.shape().lastDim();
    float[] factors = new float[channels];
    float[] offsets = new float[channels];
    for (int i = 0; i < channels; i++) {
      factors[i] = scale.factor().at(scale.factor().size() == 1 ? 0 : i);
      offsets[i] = scale.offset().at(scale.offset().size() == 1 ? 0 : i);
    }
    return new Constants(true, factors, offsets);
  }

  private static boolean isPerChannel(Weights weights) {
    Shape shape = weights.shape();
    return shape.rank() == 0 || shape.elements() == shape.lastDim();
  }

  boolean perChannel() {
    return perChannel;
  }

  /** The factor of an element of the tensor. */
  float factor(int element) {
    return factors[element % factors.length];
  }

  /** The offset of an element of the tensor. */
  float offset(int element) {
    return offsets[element % offsets.length];
  }

  boolean hasOffsets() {
    for (float offset : offsets) {
      if (offset != 0) {
        return true;
      }
    }
    return false;
  }

  /** Products of large weights may be too large for floats; then nothing is merged. */
  static boolean areFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** A node that does to the input first these, then the others; null if floats can't hold them. */
  @Nullable Node then(Constants others, String name, Node input) {
    boolean both = perChannel && others.perChannel;
    int size = both ? factors.length : input.shape().elements();
    float[] factor = new float[size];
    float[] offset = new float[size];
    boolean ones = true;
    for (int i = 0; i < size; i++) {
      factor[i] = (float) ((double) others.factor(i) * factor(i));
      offset[i] = (float) ((double) others.factor(i) * offset(i) + others.offset(i));
      ones &= factor[i] == 1;
    }
    if (!areFinite(factor) || !areFinite(offset)) {
      return null;
    }
    Shape shape = both ? Shape.of(size) : input.shape();
    Weights offsetWeights = Weights.of(shape, offset);
    return both && ones
        ? BiasAdd.of(name, input, offsetWeights)
        : Scale.of(name, input, Weights.of(shape, factor), offsetWeights);
  }
}
