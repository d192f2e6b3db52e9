package io.sotto.server.model;

import io.sotto.graph.Graph;
import io.sotto.graph.Node;
import io.sotto.graph.NumericRanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What calibration found: how large the values of every node are, and how many bits they need. It
 * is kept in a file beside the model.
 *
 * @param digest of the model that was calibrated, see {@link ModelDigest}
 * @param images how many the ranges come from
 * @param nodes the smallest and the largest value of each node that the samples had
 * @param assumed the range that a node's values are taken to stay in, if more was found out than
 *     the samples had, by a model of tails; for other nodes the settings' headroom decides
 * @param inputs how inputs are encoded, by their names; the settings decide on others
 * @param layers how many bits linear layers need, by their names; the settings decide on others
 * @param accuracy how exact a model of these formats is; null if that wasn't measured
 */
public record Ranges(
    String digest,
    long images,
    Map<String, List<Double>> nodes,
    Map<String, List<Double>> assumed,
    Map<String, InputBits> inputs,
    Map<String, LayerBits> layers,
    @Nullable Accuracy accuracy) {
  private static final int MOST_BITS = 24;

  /** Fraction bits of a linear layer's results and of its weights. */
  public record LayerBits(int fraction, int weightFraction) {
    public LayerBits {
      requireBits("the results of a layer", fraction);
      requireBits("the weights of a layer", weightFraction);
    }
  }

  /**
   * How an input is encoded.
   *
   * @param limit inputs lie within {@code -limit..limit}
   */
  public record InputBits(double limit, int fraction) {
    public InputBits {
      requireBits("an input", fraction);
      if (!(limit > 0) || !Double.isFinite(limit)) {
        throw new IllegalArgumentException(
            "an input has the limit " + limit + "; allowed are positive numbers");
      }
    }
  }

  /**
   * What was measured of the fixed-point model on samples.
   *
   * @param tolerance the error that was allowed, as a share of the largest output
   * @param error the largest that there was
   * @param agreement the share of classes that had to be the float model's
   * @param agreed the share that were
   * @param samples how many inputs this was measured on
   */
  public record Accuracy(
      double tolerance, double error, double agreement, double agreed, long samples) {
    /** Is it what was asked for? */
    public boolean isReached() {
      return error <= tolerance && agreed >= agreement;
    }
  }

  public Ranges {
    nodes = Map.copyOf(nodes);
    assumed = Map.copyOf(assumed);
    inputs = Map.copyOf(inputs);
    layers = Map.copyOf(layers);
  }

  private static void requireBits(String what, int bits) {
    if (bits < 0 || bits > MOST_BITS) {
      throw new IllegalArgumentException(
          "%s has %d fraction bits; allowed are 0..%d".formatted(what, bits, MOST_BITS));
    }
  }

  /** What was measured on a graph. */
  public static Ranges of(Graph graph, NumericRanges measured) {
    Map<String, List<Double>> nodes = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      NumericRanges.Range range = measured.of(node);
      nodes.put(node.name(), List.of((double) range.min(), (double) range.max()));
    }
    return new Ranges(
        ModelDigest.of(graph), measured.images(), nodes, Map.of(), Map.of(), Map.of(), null);
  }

  /** The same with what inputs need. */
  public Ranges withInputs(Map<String, InputBits> needed) {
    return new Ranges(digest, images, nodes, assumed, needed, layers, accuracy);
  }

  /** The same with what layers need. */
  public Ranges withLayers(Map<String, LayerBits> needed) {
    return new Ranges(digest, images, nodes, assumed, inputs, needed, accuracy);
  }

  /** The same with what was measured of it. */
  public Ranges withAccuracy(Accuracy measured) {
    return new Ranges(digest, images, nodes, assumed, inputs, layers, measured);
  }

  /** What an input needs, if that is known. */
  public Optional<InputBits> input(String name) {
    return Optional.ofNullable(inputs.get(name));
  }

  /** What a linear layer needs, if that is known. */
  public Optional<LayerBits> layer(String name) {
    return Optional.ofNullable(layers.get(name));
  }

  /** Where a model's ranges are kept: {@code DIR.ranges.json} beside {@code DIR}. */
  public static Path besideModel(Path model) {
    Path directory = model.toAbsolutePath().normalize();
    return directory.resolveSibling(directory.getFileName() + ".ranges.json");
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @throws CompileException if it is none, or is for another model than this graph
   */
  public static Ranges read(Path file, Graph graph) throws IOException {
    return RangesFile.read(file, graph);
  }

  /** Writes the file, completely or not at all. */
  public void write(Path file) throws IOException {
    RangesFile.write(file, this);
  }

  /** The smallest value of a node. */
  double min(String node) {
    return ends(node).get(0);
  }

  /** The largest value of a node. */
  double max(String node) {
    return ends(node).get(1);
  }

  /** The smallest value that a node is taken to have. */
  public double assumedMin(String node, double headroom) {
    List<Double> known = assumed.get(node);
    return Math.min(min(node) * headroom, known == null ? 0 : known.get(0));
  }

  /** The largest value that a node is taken to have. */
  public double assumedMax(String node, double headroom) {
    List<Double> known = assumed.get(node);
    return Math.max(max(node) * headroom, known == null ? 0 : known.get(1));
  }

  /** The largest magnitude of a node. */
  public double maxAbs(String node) {
    return Math.max(Math.abs(min(node)), Math.abs(max(node)));
  }

  private List<Double> ends(String node) {
    List<Double> ends = nodes.get(node);
    if (ends == null) {
      throw new CompileException("calibration saw no node " + node);
    }
    return ends;
  }
}
