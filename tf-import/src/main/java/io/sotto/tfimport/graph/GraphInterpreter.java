package io.sotto.tfimport.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Computes a graph in the clear, in floats: the reference that fixed point and encryption are
 * compared with, and the means of calibration.
 *
 * <p><b>Security.</b> Works on plain inputs; nothing is kept after a run.
 *
 * <p><b>Threading.</b> Immutable; any number of threads may run it at once.
 *
 * <p><b>Failure.</b> An array that is no whole number of images is an {@link
 * IllegalArgumentException}.
 */
public final class GraphInterpreter {
  private static final int LARGEST_TENSOR = 1 << 20;
  private static final int LARGEST_CHUNK = 64;

  private final Graph graph;
  private final Map<String, FloatKernel> kernels = new HashMap<>();
  private final Map<String, List<String>> deadAfter = new HashMap<>();
  private final int chunk;

  /** Sees the result of each node, the input included, a few images at a time. */
  @FunctionalInterface
  public interface Observer {
    /** Values are image after image; they must not be changed or kept. */
    void computed(Node node, float[] values, int images);
  }

  public GraphInterpreter(Graph graph) {
    this.graph = graph;
    FloatKernels visitor = new FloatKernels(graph);
    int largest = 1;
    for (Node node : graph.nodes()) {
      largest = Math.max(largest, node.shape().elements());
      if (node != graph.input()) {
        kernels.put(node.name(), node.accept(visitor));
      }
      List<Node> consumers = graph.consumersOf(node);
      if (!consumers.isEmpty()) {
        String last = consumers.get(consumers.size() - 1).name();
        deadAfter.computeIfAbsent(last, key -> new ArrayList<>()).add(node.name());
      }
    }
    chunk = Math.max(1, Math.min(LARGEST_CHUNK, LARGEST_TENSOR / largest));
  }

  public Graph graph() {
    return graph;
  }

  /**
   * The outputs of some images.
   *
   * @param images image after image, each row-major (height, width, channels)
   * @return the outputs in the same order
   */
  public float[] run(float[] images) {
    return run(images, (node, values, count) -> {});
  }

  /** As {@link #run(float[])}, and shows every node's result. */
  public float[] run(float[] images, Observer observer) {
    int size = graph.input().shape().elements();
    if (images.length % size != 0) {
      throw new IllegalArgumentException(
          "%d values are no whole number of images of shape %s (%d values each)"
              .formatted(images.length, graph.input().shape(), size));
    }
    int count = images.length / size;
    int outSize = graph.output().shape().elements();
    float[] outputs = new float[Math.multiplyExact(count, outSize)];
    for (int first = 0; first < count; first += chunk) {
      int some = Math.min(chunk, count - first);
      float[] result =
          runChunk(Arrays.copyOfRange(images, first * size, (first + some) * size), some, observer);
      System.arraycopy(result, 0, outputs, first * outSize, some * outSize);
    }
    return outputs;
  }

  private float[] runChunk(float[] images, int count, Observer observer) {
    Map<String, float[]> live = new HashMap<>();
    float[] values = images;
    for (Node node : graph.nodes()) {
      FloatKernel kernel = kernels.get(node.name());
      if (kernel != null) {
        List<String> names = node.inputs();
        float[][] inputs = new float[names.size()][];
        for (int i = 0; i < inputs.length; i++) {
          inputs[i] =
              Objects.requireNonNull(
                  live.get(names.get(i)), "an input that is still needed is gone");
        }
        values = kernel.run(inputs, count);
        deadAfter.getOrDefault(node.name(), List.of()).forEach(live::remove);
      }
      live.put(node.name(), values);
      observer.computed(node, values, count);
    }
    return values;
  }
}
