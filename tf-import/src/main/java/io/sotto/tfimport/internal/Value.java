package io.sotto.tfimport.internal;

import io.sotto.graph.Node;
import io.sotto.graph.Weights;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a node of the SavedModel yields, as far as the import knows it. Axes of constants are those
 * of TensorFlow, not an image's.
 */
public sealed interface Value {

  /**
   * Computed from the model's input: the result of a graph's node, for each image of the batch.
   * TensorFlow may have the first axis of an image multiplied into the batch, as for a dense layer
   * over each row of an image; then {@code rows} is the size of that axis, else 1.
   */
  record Activation(Node node, int rows) implements Value {
    public Activation(Node node) {
      this(node, 1);
    }
  }

  /**
   * As {@link Activation}, but TensorFlow has the batch at another axis than the first: between two
   * transpositions, as around what is done to each of several steps.
   *
   * @param batchAxis at least 1; the other axes are those of the image, in their order
   */
  record Moved(Node node, int batchAxis) implements Value {}

  /** The results of a node that has several. */
  record Several(List<Value> results) implements Value {
    public Several {
      results = List.copyOf(results);
    }
  }

  /**
   * A tensor whose picture was cut into interleaved parts, each an image of its own: what
   * TensorFlow does to convolve with a dilation.
   *
   * @param input the whole picture
   * @param blocks the distances between elements of a part, an entry an axis but the last
   * @param before zeros in front of each of these axes
   * @param after zeros behind each of these axes
   * @param convolution what the parts went through, null if nothing yet
   * @param squeezed the axis, of size 1, that was removed behind the convolution; -1 if none
   */
  record Interleaved(
      Node input,
      List<Integer> blocks,
      List<Integer> before,
      List<Integer> after,
      @Nullable Kernel convolution,
      int squeezed)
      implements Value {
    public Interleaved {
      blocks = List.copyOf(blocks);
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /** A convolution's weights, in the order of the graph's, and its groups. */
  record Kernel(Weights weights, int groups) {}

  /** A constant; arrays are not changed once here. */
  final class Floats implements Value {
    private final String origin;
    private final int[] dims;
    private final float[] values;

    /**
     * A constant of these axes, row-major.
     *
     * @param origin the name of the variable or node that it comes from, for messages
     */
    public Floats(String origin, int[] dims, float[] values) {
      this.origin = origin;
      this.dims = dims;
      this.values = values;
    }

    public String origin() {
      return origin;
    }

    public int[] dims() {
      return dims;
    }

    public float[] values() {
      return values;
    }

    public Floats reshaped(int[] newDims) {
      return new Floats(origin, newDims, values);
    }
  }

  /**
   * Integers, mostly of shape arithmetic. Each is a known number, or a known number times the
   * unknown size of the batch.
   */
  final class Integers implements Value {
    private final int[] dims;
    private final long[] values;
    private final boolean[] timesBatch;

    public Integers(int[] dims, long[] values, boolean[] timesBatch) {
      this.dims = dims;
      this.values = values;
      this.timesBatch = timesBatch;
    }

    public static Integers of(int[] dims, long[] values) {
      return new Integers(dims, values, new boolean[values.length]);
    }

    public int[] dims() {
      return dims;
    }

    public int size() {
      return values.length;
    }

    public long value(int index) {
      return values[index];
    }

    public boolean timesBatch(int index) {
      return timesBatch[index];
    }

    /** These elements, in this order, under this shape. */
    public Integers select(int[] newDims, int... indices) {
      long[] newValues = new long[indices.length];
      boolean[] newTimes = new boolean[indices.length];
      for (int i = 0; i < indices.length; i++) {
        newValues[i] = values[indices[i]];
        newTimes[i] = timesBatch[indices[i]];
      }
      return new Integers(newDims, newValues, newTimes);
    }

    public Integers reshaped(int[] newDims) {
      return new Integers(newDims, values, timesBatch);
    }
  }

  /** The handle of a variable; its value is read when asked for. */
  record Variable(Supplier<Floats> value) implements Value {}

  /** Nothing the import understands; whoever is at fault for it was reported. */
  record Unknown() implements Value {}
}
