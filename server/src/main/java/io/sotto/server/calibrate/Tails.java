package io.sotto.server.calibrate;

import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.Input;
import io.sotto.graph.Node;
import io.sotto.server.calibrate.Workers.SliceTask;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far the values of a model's nodes go: what inputs of one kind gave, and a range that other
 * inputs of this kind leave hardly ever.
 *
 * <p><b>The model of tails.</b> The largest value that an image gives at a node is taken to be
 * distributed as Gumbel's law has it, which is what maxima of many values with tails that fall
 * exponentially or faster tend to. Its scale is fitted to the standard deviation of the images'
 * maxima, of which the upper end of a confidence interval of 99 % is taken: few images widen the
 * range. The range ends where the chance of a larger value is 2^-30 for one of the node's values,
 * averaged over these, but never before {@link #LEAST} times what was seen. The smallest values
 * likewise.
 *
 * <p>It is a model: inputs of another kind than those measured may go further. What the client
 * sends is within declared limits, so {@link Calibration} measures random inputs of these as well.
 */
final class Tails {
  /** The chance that a value leaves its range, by the model of tails, as a power of two. */
  static final int CHANCE_BITS = -30;

  /** A range is at least so much wider than what was seen. */
  static final double LEAST = 1.5;

  private static final double GUMBEL_SCALE = Math.sqrt(6) / Math.PI;
  private static final double EULER = 0.5772156649015329;

  /** Of the normal distribution, at 1 %. */
  private static final double QUANTILE = -2.326;

  /** Fewer images say too little of their spread to be widened by more than this. */
  private static final double MOST_WIDENING = 3;

  /** The images' largest values of one node, or their smallest ones, negated. */
  private static final class Ends {
    private long images;
    private double mean;
    private double squares;
    private double most = Double.NEGATIVE_INFINITY;

    void add(double end) {
      images++;
      double difference = end - mean;
      mean += difference / images;
      squares += difference * (end - mean);
      most = Math.max(most, end);
    }

    void addAll(Ends other) {
      if (other.images == 0) {
        return;
      }
      double difference = other.mean - mean;
      long both = images + other.images;
      squares += other.squares + difference * difference * images * other.images / both;
      mean += difference * other.images / both;
      images = both;
      most = Math.max(most, other.most);
    }

    /** Where the range ends: at 0 at least. */
    double limit(int elements) {
      double widened = Math.max(0, most * LEAST);
      if (images < 2) {
        return most <= 0 ? 0 : widened * LEAST;
      }
      double deviation = Math.sqrt(squares / (images - 1)) * widening(images);
      double scale = deviation * GUMBEL_SCALE;
      double chance = -CHANCE_BITS * Math.log(2) - Math.log(elements);
      return Math.max(widened, mean + scale * (Math.max(0, chance) - EULER));
    }
  }

  /** The ends of one node's values. */
  private static final class NodeEnds {
    final Ends low = new Ends();
    final Ends high = new Ends();
  }

  private final Graph graph;
  private final Map<String, NodeEnds> nodes = new LinkedHashMap<>();

  private Tails(Graph graph) {
    this.graph = graph;
    graph.nodes().forEach(node -> nodes.put(node.name(), new NodeEnds()));
  }

  /** By how much a standard deviation of so many may be too small, at 1 %. */
  static double widening(long images) {
    double degrees = images - 1.0;
    // Wilson and Hilferty, The distribution of chi-square, 1931.
    double part = 2 / (9 * degrees);
    double root = 1 - part + QUANTILE * Math.sqrt(part);
    double quantile = degrees * root * root * root;
    return quantile <= 0 ? MOST_WIDENING : Math.min(MOST_WIDENING, Math.sqrt(degrees / quantile));
  }

  /**
   * Measures.
   *
   * @throws IllegalArgumentException if a value, given or computed, is not finite
   */
  static Tails measure(GraphInterpreter interpreter, Samples samples, int chunk, Workers workers) {
    return measure(
        interpreter,
        samples.images(),
        chunk,
        (from, to) -> samples.slice(from, to).inputs(),
        workers);
  }

  /** The same on so many images, of which those of a range are made when they are needed. */
  static Tails measure(
      GraphInterpreter interpreter,
      int images,
      int chunk,
      SliceTask<List<float[]>> inputs,
      Workers workers) {
    List<Tails> parts =
        workers.slices(
            images,
            chunk,
            (from, to) -> {
              Tails part = new Tails(interpreter.graph());
              interpreter.run(inputs.run(from, to), part::add);
              return part;
            });
    Tails all = new Tails(interpreter.graph());
    parts.forEach(all::addAll);
    return all;
  }

  private void add(Node node, float[] values, int images) {
    NodeEnds ends = nodes.get(node.name());
    if (ends == null) {
      throw new IllegalStateException("no node " + node.name());
    }
    int elements = values.length / images;
    for (int image = 0; image < images; image++) {
      float low = values[image * elements];
      float high = low;
      for (int i = image * elements; i < (image + 1) * elements; i++) {
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
      if (!Float.isFinite(low) || !Float.isFinite(high)) {
        throw new IllegalArgumentException(
            node instanceof Input
                ? "calibration inputs are finite; these hold NaN or infinity"
                : "%s yields NaN or infinity on a calibration input".formatted(node.name()));
      }
      ends.low.add(-low);
      ends.high.add(high);
    }
  }

  private void addAll(Tails other) {
    other.nodes.forEach(
        (name, ends) -> {
          NodeEnds own = nodes.get(name);
          if (own != null) {
            own.low.addAll(ends.low);
            own.high.addAll(ends.high);
          }
        });
  }

  /** For each node the smallest and the largest value that there was. */
  Map<String, List<Double>> seen() {
    Map<String, List<Double>> seen = new HashMap<>();
    nodes.forEach((name, ends) -> seen.put(name, List.of(-ends.low.most, ends.high.most)));
    return seen;
  }

  /** For each node the range that values are taken to stay in. */
  Map<String, List<Double>> limits() {
    Map<String, List<Double>> limits = new HashMap<>();
    for (Node node : graph.nodes()) {
      NodeEnds ends = nodes.get(node.name());
      if (ends != null) {
        int elements = node.shape().elements();
        limits.put(
            node.name(), List.of(-ends.low.limit(elements) + 0.0, ends.high.limit(elements)));
      }
    }
    return limits;
  }

  /** The smallest range that holds both. */
  static Map<String, List<Double>> union(
      Map<String, List<Double>> one, Map<String, List<Double>> other) {
    Map<String, List<Double>> both = new HashMap<>(one);
    other.forEach(
        (name, ends) ->
            both.merge(
                name,
                ends,
                (a, b) -> List.of(Math.min(a.get(0), b.get(0)), Math.max(a.get(1), b.get(1)))));
    return both;
  }
}
