package io.sotto.server.calibrate;

import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import io.sotto.graph.ArgMax;
import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.Node;
import io.sotto.graph.Softmax;
import io.sotto.server.model.CompiledModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The float model's outputs for samples, which the outputs of fixed-point models are compared with:
 * as clients see them, probabilities where they make these of logits. Of an output that is a place
 * of a largest number, the numbers are compared.
 */
final class FloatReference {
  /** Classes of numbers that are as near as this, as a share of the largest, don't count. */
  private static final double TIE = 1e-6;

  /** So many numbers of a twin's values at most are in memory at once, a thread. */
  private static final long CHUNK_VALUES = 1L << 24;

  private static final int LARGEST_CHUNK = 64;

  private final Graph graph;
  private final Samples samples;
  private final List<float[]> expected;
  private final double[] largest;
  private final Workers workers;

  /**
   * How outputs differ from the float model's.
   *
   * @param error the largest difference, as a share of the output's largest magnitude
   * @param meanSquare of such shares, summed over the outputs
   * @param classes rows of outputs that tell classes, whose largest number is clear
   * @param agreeing those whose largest number is at the same place
   * @param wraps values that left their formats
   */
  record Deviation(double error, double meanSquare, long classes, long agreeing, long wraps) {
    double agreement() {
      return classes == 0 ? 1 : (double) agreeing / classes;
    }
  }

  /**
   * Of some images: for each output the largest difference and the sum of squared ones; and for
   * each image the largest difference, as a share of the output's largest magnitude.
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Part(
      double[] errors,
      double[] squares,
      double[] byImage,
      long classes,
      long agreeing,
      long wraps) {}

  private FloatReference(Graph graph, Samples samples, List<float[]> expected, Workers workers) {
    this.graph = graph;
    this.samples = samples;
    this.expected = expected;
    this.workers = workers;
    this.largest = new double[expected.size()];
    for (int output = 0; output < largest.length; output++) {
      for (float value : expected.get(output)) {
        largest[output] = Math.max(largest[output], Math.abs(value));
      }
    }
  }

  /** The graph whose numbers are compared: without the nodes that tell the places of others. */
  static Graph comparable(Graph graph) {
    if (graph.nodes().stream().noneMatch(ArgMax.class::isInstance)) {
      return graph;
    }
    List<Node> nodes = graph.nodes().stream().filter(node -> !(node instanceof ArgMax)).toList();
    List<Graph.Output> outputs = new ArrayList<>();
    for (Graph.Output output : graph.outputs()) {
      Node node = graph.node(output.node());
      String of = node instanceof ArgMax ? node.inputs().get(0) : node.name();
      outputs.add(new Graph.Output(output.name(), of));
    }
    return new Graph(nodes, outputs);
  }

  /** Runs the float model. */
  static FloatReference of(GraphInterpreter interpreter, Samples samples, Workers workers) {
    Graph graph = interpreter.graph();
    List<List<float[]>> parts =
        workers.slices(
            samples.images(),
            LARGEST_CHUNK,
            (from, to) -> interpreter.run(samples.slice(from, to).inputs()));
    List<float[]> expected = new ArrayList<>();
    for (int output = 0; output < graph.outputs().size(); output++) {
      int elements = graph.node(graph.outputs().get(output).node()).shape().elements();
      float[] all = new float[Math.multiplyExact(elements, samples.images())];
      int at = 0;
      for (List<float[]> part : parts) {
        System.arraycopy(part.get(output), 0, all, at, part.get(output).length);
        at += part.get(output).length;
      }
      expected.add(all);
    }
    return new FloatReference(graph, samples, expected, workers);
  }

  /** The same for some of the images; errors are shares of what is largest in all of them. */
  FloatReference of(int[] images) {
    List<float[]> some = new ArrayList<>();
    for (int output = 0; output < expected.size(); output++) {
      int elements = elements(output);
      float[] picked = new float[images.length * elements];
      for (int i = 0; i < images.length; i++) {
        int from = images[i] * elements;
        System.arraycopy(expected.get(output), from, picked, i * elements, elements);
      }
      some.add(picked);
    }
    FloatReference picked = new FloatReference(graph, samples.picked(images), some, workers);
    System.arraycopy(largest, 0, picked.largest, 0, largest.length);
    return picked;
  }

  int images() {
    return samples.images();
  }

  /** The outputs of a fixed-point model of the graph. */
  Deviation deviation(CompiledModel model) {
    return sum(parts(model));
  }

  private List<Part> parts(CompiledModel model) {
    return workers.slices(
        samples.images(), chunk(model.plan().plan()), (from, to) -> part(model, from, to));
  }

  /** So many images: those with the largest errors, and as many from the whole of the others. */
  int[] hardest(CompiledModel model, int count) {
    return hardest(
        parts(model).stream().flatMapToDouble(part -> Arrays.stream(part.byImage)).toArray(),
        Math.min(count, samples.images()));
  }

  /** The same of images with such errors, in order. */
  static int[] hardest(double[] errors, int count) {
    int[] byError =
        IntStream.range(0, errors.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer image) -> errors[image]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    int hard = (count + 1) / 2;
    int[] others = Arrays.copyOfRange(byError, hard, byError.length);
    Arrays.sort(others);
    return IntStream.concat(
            Arrays.stream(byError, 0, hard),
            spread(others.length, count - hard).map(i -> others[i]))
        .sorted()
        .toArray();
  }

  /** So many images from the whole of them. */
  int[] spread(int count) {
    return spread(samples.images(), count).toArray();
  }

  private static IntStream spread(int images, int count) {
    return IntStream.range(0, count).map(i -> (int) ((long) i * images / count));
  }

  /** The same by this thread alone, of the first images. */
  Deviation deviation(CompiledModel model, int images) {
    List<Part> parts = new ArrayList<>();
    int chunk = chunk(model.plan().plan());
    int end = Math.min(images, samples.images());
    for (int from = 0; from < end; from += chunk) {
      parts.add(part(model, from, Math.min(end, from + chunk)));
    }
    return sum(parts);
  }

  /** How many images are computed at once. */
  static int chunk(Plan plan) {
    long values = plan.steps().stream().mapToLong(step -> step.spec().output().elements()).sum();
    return (int) Math.max(1, Math.min(LARGEST_CHUNK, CHUNK_VALUES / Math.max(1, values)));
  }

  private Deviation sum(List<Part> parts) {
    double error = 0;
    double meanSquare = 0;
    for (int output = 0; output < largest.length; output++) {
      int place = output;
      double scale = scale(output);
      double most = parts.stream().mapToDouble(part -> part.errors[place]).max().orElse(0);
      double squares = parts.stream().mapToDouble(part -> part.squares[place]).sum();
      error = Math.max(error, most / scale);
      double numbers =
          (double) elements(output) * parts.stream().mapToLong(part -> part.byImage.length).sum();
      meanSquare += squares / numbers / (scale * scale);
    }
    return new Deviation(
        error,
        meanSquare,
        parts.stream().mapToLong(Part::classes).sum(),
        parts.stream().mapToLong(Part::agreeing).sum(),
        parts.stream().mapToLong(Part::wraps).sum());
  }

  private double scale(int output) {
    return largest[output] == 0 ? 1 : largest[output];
  }

  private int elements(int output) {
    return expected.get(output).length / samples.images();
  }

  /** A fixed-point model's outputs for inputs. */
  static List<FixedTensor> outputs(CompiledModel model, List<float[]> inputs, Wraps wraps) {
    List<InputSpec> specs = model.plan().plan().inputs();
    List<FixedTensor> quantized = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      quantized.add(specs.get(i).quantize(inputs.get(i)));
    }
    return model.plan().twinOutputs(quantized, wraps);
  }

  private Part part(CompiledModel model, int from, int to) {
    Wraps wraps = new Wraps();
    List<FixedTensor> outputs = outputs(model, samples.slice(from, to).inputs(), wraps);
    double[] errors = new double[largest.length];
    double[] squares = new double[largest.length];
    double[] byImage = new double[to - from];
    long classes = 0;
    long agreeing = 0;
    for (int output = 0; output < largest.length; output++) {
      Node node = graph.node(graph.outputs().get(output).node());
      int elements = elements(output);
      int length = node.shape().rank() == 0 ? 1 : node.shape().lastDim();
      double[] row = new double[length];
      for (int image = from; image < to; image++) {
        for (int first = 0; first < elements; first += length) {
          for (int i = 0; i < length; i++) {
            row[i] = outputs.get(output).real(first + i, image - from);
          }
          if (node instanceof Softmax) {
            softmax(row);
          }
          int at = image * elements + first;
          for (int i = 0; i < length; i++) {
            double difference = row[i] - expected.get(output)[at + i];
            errors[output] = Math.max(errors[output], Math.abs(difference));
            squares[output] += difference * difference;
            byImage[image - from] =
                Math.max(byImage[image - from], Math.abs(difference) / scale(output));
          }
          if (classes(node) && isClear(output, at, length)) {
            classes++;
            agreeing += isClass(row, expected.get(output), at) ? 1 : 0;
          }
        }
      }
    }
    return new Part(errors, squares, byImage, classes, agreeing, wraps.count());
  }

  /** Does an output tell classes, one an image, or by softmax? Maps of numbers don't. */
  private static boolean classes(Node node) {
    return node.shape().elements() > 1 && (node.shape().rank() == 1 || node instanceof Softmax);
  }

  private static void softmax(double[] row) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : row) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      row[i] = Math.exp(row[i] - max);
      sum += row[i];
    }
    for (int i = 0; i < row.length; i++) {
      row[i] /= sum;
    }
  }

  /** Is the largest of some expected numbers larger than the others? */
  private boolean isClear(int output, int first, int length) {
    float[] values = expected.get(output);
    double most = Double.NEGATIVE_INFINITY;
    double second = Double.NEGATIVE_INFINITY;
    for (int i = first; i < first + length; i++) {
      second = Math.max(second, Math.min(most, values[i]));
      most = Math.max(most, values[i]);
    }
    return most - second > TIE * largest[output];
  }

  private static boolean isClass(double[] row, float[] expected, int first) {
    int found = 0;
    int wanted = 0;
    for (int i = 1; i < row.length; i++) {
      found = row[i] > row[found] ? i : found;
      wanted = expected[first + i] > expected[first + wanted] ? i : wanted;
    }
    return found == wanted;
  }
}
