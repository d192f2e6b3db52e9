package io.sotto.server.calibrate;

import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Inputs of a model in the clear.
 *
 * @param inputs one array an input of the graph, image after image
 * @param images how many there are
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; large.
record Samples(List<float[]> inputs, int images) {
  /**
   * Inputs given for a graph.
   *
   * @throws IllegalArgumentException if they are no whole number of images, or differ in it
   */
  static Samples of(Graph graph, List<float[]> inputs) {
    if (inputs.size() != graph.inputs().size()) {
      throw new IllegalArgumentException(
          "the model takes %d inputs, not %d".formatted(graph.inputs().size(), inputs.size()));
    }
    int images = -1;
    for (int i = 0; i < inputs.size(); i++) {
      Input input = graph.inputs().get(i);
      int elements = input.shape().elements();
      int count = inputs.get(i).length / elements;
      if (count == 0 || count * elements != inputs.get(i).length) {
        throw new IllegalArgumentException(
            "%d values are no whole number of images of shape %s (%d values each)"
                .formatted(inputs.get(i).length, input.shape(), elements));
      }
      if (images >= 0 && images != count) {
        throw new IllegalArgumentException(
            "input %s is of %d images, those before of %d".formatted(input.name(), count, images));
      }
      images = count;
    }
    return new Samples(List.copyOf(inputs), images);
  }

  /** Some of the images that follow each other. */
  Samples slice(int from, int to) {
    List<float[]> some = new ArrayList<>();
    for (float[] input : inputs) {
      int elements = input.length / images;
      some.add(Arrays.copyOfRange(input, from * elements, to * elements));
    }
    return new Samples(some, to - from);
  }

  /** The images of these numbers, in this order. */
  Samples picked(int[] numbers) {
    List<float[]> some = new ArrayList<>();
    for (float[] input : inputs) {
      int elements = input.length / images;
      float[] picked = new float[numbers.length * elements];
      for (int i = 0; i < numbers.length; i++) {
        System.arraycopy(input, numbers[i] * elements, picked, i * elements, elements);
      }
      some.add(picked);
    }
    return new Samples(some, numbers.length);
  }
}
