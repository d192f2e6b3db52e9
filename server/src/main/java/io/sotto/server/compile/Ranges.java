package io.sotto.server.compile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sotto.tfimport.graph.Graph;
import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.NumericRanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What calibration found: the smallest and the largest value of every node, kept in a file beside
 * the model.
 *
 * @param digest of the model that was calibrated, see {@link ModelDigest}
 * @param images how many the ranges come from
 * @param nodes the ends of each node's range
 * @param layers how many bits linear layers need, by their names; the settings decide on others
 */
public record Ranges(
    String digest, long images, Map<String, List<Double>> nodes, Map<String, LayerBits> layers) {
  /** Fraction bits of a linear layer's results and of its weights. */
  public record LayerBits(int fraction, int weightFraction) {
    private static final int MOST = 24;

    public LayerBits {
      if (fraction < 0 || fraction > MOST || weightFraction < 0 || weightFraction > MOST) {
        throw new IllegalArgumentException(
            "a layer of %d fraction bits and weights of %d; allowed are 0..%d"
                .formatted(fraction, weightFraction, MOST));
      }
    }
  }

  private static final String FORMAT = "sotto-ranges-1";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public Ranges {
    nodes = Map.copyOf(nodes);
    layers = Map.copyOf(layers);
  }

  /** What was measured on a graph. */
  public static Ranges of(Graph graph, NumericRanges measured) {
    Map<String, List<Double>> nodes = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      NumericRanges.Range range = measured.of(node);
      nodes.put(node.name(), List.of((double) range.min(), (double) range.max()));
    }
    return new Ranges(ModelDigest.of(graph), measured.images(), nodes, Map.of());
  }

  /** The same with what layers need. */
  public Ranges withLayers(Map<String, LayerBits> needed) {
    return new Ranges(digest, images, nodes, needed);
  }

  /** What a linear layer needs, if that is known. */
  Optional<LayerBits> layer(String name) {
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
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw unusable(file, "it is no JSON");
    }
    if (!FORMAT.equals(root.path("format").asText())) {
      throw unusable(file, "it is no ranges file of this version");
    }
    Map<String, List<Double>> nodes;
    try {
      nodes = JSON.convertValue(root.path("nodes"), new TypeReference<>() {});
    } catch (IllegalArgumentException e) {
      throw unusable(file, "its nodes have no ranges");
    }
    if (nodes == null || !nodes.values().stream().allMatch(Ranges::isRange)) {
      throw unusable(file, "its nodes have no ranges");
    }
    Ranges ranges =
        new Ranges(
            root.path("model_sha256").asText(),
            root.path("images").asLong(),
            nodes,
            layers(root.path("layers"), file));
    if (!ranges.digest.equals(ModelDigest.of(graph))
        || !graph.nodes().stream().map(Node::name).allMatch(nodes::containsKey)) {
      throw unusable(file, "it was measured on another version of the model");
    }
    return ranges;
  }

  private static Map<String, LayerBits> layers(JsonNode json, Path file) {
    Map<String, LayerBits> layers = new LinkedHashMap<>();
    json.properties()
        .forEach(
            entry -> {
              JsonNode bits = entry.getValue();
              if (!bits.path("fraction").isInt() || !bits.path("weight_fraction").isInt()) {
                throw unusable(file, "the layer " + entry.getKey() + " has no numbers of bits");
              }
              try {
                layers.put(
                    entry.getKey(),
                    new LayerBits(
                        bits.path("fraction").asInt(), bits.path("weight_fraction").asInt()));
              } catch (IllegalArgumentException e) {
                throw unusable(file, String.valueOf(e.getMessage()));
              }
            });
    return layers;
  }

  /** Whether JSON gave two numbers; it may give anything. */
  private static boolean isRange(@Nullable List<@Nullable Double> ends) {
    return ends != null
        && ends.size() == 2
        && ends.stream().allMatch(end -> end != null && Double.isFinite(end));
  }

  private static CompileException unusable(Path file, String why) {
    return new CompileException(
        "the ranges in %s can't be used: %s; run `sotto calibrate` again or remove the file"
            .formatted(file, why));
  }

  /** Writes the file, completely or not at all. */
  public void write(Path file) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT).put("model_sha256", digest).put("images", images);
    ObjectNode byNode = root.putObject("nodes");
    nodes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry -> {
              var ends = byNode.putArray(entry.getKey());
              entry.getValue().forEach(ends::add);
            });
    ObjectNode byLayer = root.putObject("layers");
    layers.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry ->
                byLayer
                    .putObject(entry.getKey())
                    .put("fraction", entry.getValue().fraction())
                    .put("weight_fraction", entry.getValue().weightFraction()));
    Path absolute = file.toAbsolutePath();
    Path temporary =
        Files.createTempFile(absolute.getParent(), absolute.getFileName().toString(), ".tmp");
    try {
      Files.write(temporary, JSON.writeValueAsBytes(root));
      Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** The smallest value of a node. */
  double min(String node) {
    return ends(node).get(0);
  }

  /** The largest value of a node. */
  double max(String node) {
    return ends(node).get(1);
  }

  /** The largest magnitude of a node. */
  double maxAbs(String node) {
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
