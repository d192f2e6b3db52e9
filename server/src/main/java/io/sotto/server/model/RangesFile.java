package io.sotto.server.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sotto.graph.Graph;
import io.sotto.graph.Node;
import io.sotto.server.model.Ranges.Accuracy;
import io.sotto.server.model.Ranges.InputBits;
import io.sotto.server.model.Ranges.LayerBits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@link Ranges} as JSON. */
final class RangesFile {
  private static final String FORMAT = "sotto-ranges-2";

  /** Of an earlier version, which knew the nodes' ranges alone. */
  private static final String OLDER = "sotto-ranges-1";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path file;

  private RangesFile(Path file) {
    this.file = file;
  }

  static Ranges read(Path file, Graph graph) throws IOException {
    return new RangesFile(file).read(graph);
  }

  private Ranges read(Graph graph) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw unusable("it is no JSON");
    }
    String format = root.path("format").asText();
    boolean older = OLDER.equals(format);
    if (!older && !FORMAT.equals(format)) {
      throw unusable("it is no ranges file of this version");
    }
    Ranges ranges;
    try {
      ranges =
          new Ranges(
              root.path("model_sha256").asText(),
              root.path("images").asLong(),
              ends(root, "nodes"),
              older ? Map.of() : ends(root, "held"),
              entries(root.path("inputs"), RangesFile::input),
              entries(root.path("layers"), RangesFile::layer),
              root.has("accuracy") ? accuracy(root.path("accuracy")) : null);
    } catch (IllegalArgumentException e) {
      throw unusable(String.valueOf(e.getMessage()));
    }
    if (!ranges.digest().equals(ModelDigest.of(graph))
        || !graph.nodes().stream().map(Node::name).allMatch(ranges.nodes()::containsKey)) {
      throw unusable("it was measured on another version of the model");
    }
    return ranges;
  }

  private CompileException unusable(String why) {
    return new CompileException(
        "the ranges in %s can't be used: %s; run `sotto calibrate` again or remove the file"
            .formatted(file, why));
  }

  private static Map<String, List<Double>> ends(JsonNode root, String key) {
    Map<String, List<Double>> ends = null;
    try {
      ends = JSON.convertValue(root.path(key), new TypeReference<>() {});
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    if (ends == null || !ends.values().stream().allMatch(RangesFile::isRange)) {
      throw new IllegalArgumentException("its " + key + " have no ranges");
    }
    return ends;
  }

  /** Whether JSON gave two numbers; it may give anything. */
  private static boolean isRange(@Nullable List<@Nullable Double> ends) {
    return ends != null
        && ends.size() == 2
        && ends.stream().allMatch(end -> end != null && Double.isFinite(end));
  }

  private static <T> Map<String, T> entries(JsonNode json, Function<JsonNode, T> reader) {
    Map<String, T> entries = new LinkedHashMap<>();
    json.properties().forEach(entry -> entries.put(entry.getKey(), reader.apply(entry.getValue())));
    return entries;
  }

  private static InputBits input(JsonNode json) {
    return new InputBits(number(json, "limit"), bits(json, "fraction"));
  }

  private static LayerBits layer(JsonNode json) {
    return new LayerBits(bits(json, "fraction"), bits(json, "weight_fraction"));
  }

  private static Accuracy accuracy(JsonNode json) {
    return new Accuracy(
        number(json, "tolerance"),
        number(json, "error"),
        number(json, "agreement"),
        number(json, "agreed"),
        json.path("samples").asLong());
  }

  private static int bits(JsonNode json, String key) {
    if (!json.path(key).isInt()) {
      throw new IllegalArgumentException("a " + key + " is no number of bits");
    }
    return json.path(key).asInt();
  }

  private static double number(JsonNode json, String key) {
    if (!json.path(key).isNumber()) {
      throw new IllegalArgumentException("a " + key + " is no number");
    }
    return json.path(key).asDouble();
  }

  static void write(Path file, Ranges ranges) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path temporary =
        Files.createTempFile(absolute.getParent(), absolute.getFileName().toString(), ".tmp");
    try {
      Files.write(temporary, JSON.writeValueAsBytes(json(ranges)));
      Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static ObjectNode json(Ranges ranges) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT).put("model_sha256", ranges.digest()).put("images", ranges.images());
    Accuracy accuracy = ranges.accuracy();
    if (accuracy != null) {
      root.putObject("accuracy")
          .put("tolerance", accuracy.tolerance())
          .put("error", accuracy.error())
          .put("agreement", accuracy.agreement())
          .put("agreed", accuracy.agreed())
          .put("samples", accuracy.samples());
    }
    ends(root.putObject("nodes"), ranges.nodes());
    ends(root.putObject("held"), ranges.assumed());
    entries(
        root.putObject("inputs"),
        ranges.inputs(),
        (json, bits) -> json.put("limit", bits.limit()).put("fraction", bits.fraction()));
    entries(
        root.putObject("layers"),
        ranges.layers(),
        (json, bits) ->
            json.put("fraction", bits.fraction()).put("weight_fraction", bits.weightFraction()));
    return root;
  }

  private static void ends(ObjectNode json, Map<String, List<Double>> ends) {
    new TreeMap<>(ends).forEach((name, both) -> both.forEach(json.putArray(name)::add));
  }

  private static <T> void entries(
      ObjectNode json, Map<String, T> entries, BiConsumer<ObjectNode, T> writer) {
    new TreeMap<>(entries).forEach((name, entry) -> writer.accept(json.putObject(name), entry));
  }
}
