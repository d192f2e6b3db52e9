package io.sotto.graph;

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
      if (!(node instanceof Input)) {
        kernels.put(node.name(), node.accept(visitor));
      }
      List<Node> consumers = graph.consumersOf(node);
      if (!consumers.isEmpty() && !graph.isOutput(node)) {
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
   * The outputs of some images, of a graph with one input and one output.
   *
   * @param images image after image, each row-major (height, width, channels)
   * @return the outputs in the same order
   */
  public float[] run(float[] images) {
    return run(images, (node, values, count) -> {});
  }

  /** As {@link #run(float[])}, and shows every node's result. */
  public float[] run(float[] images, Observer observer) {
    graph.output();
    return run(List.of(images), observer).get(0);
  }

  /**
   * The outputs of some images.
   *
   * @param inputs one array an {@linkplain Graph#inputs input}, each of the same number of images
   * @return one array an {@linkplain Graph#outputs output}
   */
  public List<float[]> run(List<float[]> inputs) {
    return run(inputs, (node, values, count) -> {});
  }

  /** As {@link #run(List)}, and shows every node's result. */
  public List<float[]> run(List<float[]> inputs, Observer observer) {
    int count = images(inputs);
    List<float[]> outputs = new ArrayList<>();
    for (Graph.Output output : graph.outputs()) {
      int size = graph.node(output.node()).shape().elements();
      outputs.add(new float[Math.multiplyExact(count, size)]);
    }
    for (int first = 0; first < count; first += chunk) {
      int some = Math.min(chunk, count - first);
      Map<String, float[]> results = runChunk(inputs, first, some, observer);
      for (int i = 0; i < outputs.size(); i++) {
        float[] result = valueOf(results, graph.outputs().get(i).node());
        System.arraycopy(result, 0, outputs.get(i), first * (result.length / some), result.length);
      }
    }
    return outputs;
  }

  /** How many images these inputs are of. */
  int images(List<float[]> inputs) {
    if (inputs.size() != graph.inputs().size()) {
      throw new IllegalArgumentException(
          "the graph takes %d inputs, not %d".formatted(graph.inputs().size(), inputs.size()));
    }
    int count = -1;
    for (int i = 0; i < inputs.size(); i++) {
      Input input = graph.inputs().get(i);
      int size = input.shape().elements();
      int length = inputs.get(i).length;
      if (length % size != 0) {
        throw new IllegalArgumentException(
            "%d values are no whole number of images of shape %s (%d values each)"
                .formatted(length, input.shape(), size));
      }
      if (count >= 0 && count != length / size) {
        throw new IllegalArgumentException(
            "input %s is of %d images, those before of %d"
                .formatted(input.name(), length / size, count));
      }
      count = length / size;
    }
    return count;
  }

  private Map<String, float[]> runChunk(
      List<float[]> images, int first, int count, Observer observer) {
    Map<String, float[]> live = new HashMap<>();
    for (int i = 0; i < images.size(); i++) {
      Input input = graph.inputs().get(i);
      int size = input.shape().elements();
      live.put(
          input.name(), Arrays.copyOfRange(images.get(i), first * size, (first + count) * size));
    }
    for (Node node : graph.nodes()) {
      FloatKernel kernel = kernels.get(node.name());
      if (kernel != null) {
        List<String> names = node.inputs();
        float[][] inputs = new float[names.size()][];
        for (int i = 0; i < inputs.length; i++) {
          inputs[i] = valueOf(live, names.get(i));
        }
        live.put(node.name(), kernel.run(inputs, count));
        deadAfter.getOrDefault(node.name(), List.of()).forEach(live::remove);
      }
      observer.computed(node, valueOf(live, node.name()), count);
    }
    return live;
  }

  private static float[] valueOf(Map<String, float[]> live, String node) {
    return Objects.requireNonNull(live.get(node), "a result that is still needed is gone");
  }
}
