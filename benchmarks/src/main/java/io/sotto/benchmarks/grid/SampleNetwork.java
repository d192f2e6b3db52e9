package io.sotto.benchmarks.grid;

import io.sotto.data.IdxFile;
import io.sotto.data.NpyFile;
import io.sotto.data.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A network among the samples, in one form or two.
 *
 * @param name of its directory under samples/models, without the form
 * @param model the SavedModel with the activations that it was made for, null if there is none
 * @param squares the SavedModel of the same network with squares, null if there is none
 * @param inputs file with its inputs
 * @param labels file with the classes of the inputs, null if there is none
 */
public record SampleNetwork(
    String name, @Nullable Path model, @Nullable Path squares, Path inputs, @Nullable Path labels) {
  private static final String SQUARE = "-square";
  private static final String RELU = "-relu";
  private static final String MNIST = "mnist";

  /** The form that a system takes, null if there is none. */
  @Nullable Path modelFor(BenchSystem system) {
    return system.wantsSquares() ? squares : model;
  }

  /** All networks that have inputs, those with labels first. */
  static List<SampleNetwork> all(Path root) throws IOException {
    Path models = root.resolve("samples/models");
    Map<String, SampleNetwork> networks = new TreeMap<>();
    try (Stream<Path> files = Files.walk(models, 3)) {
      for (Path model :
          files
              .filter(file -> file.endsWith("saved_model") && Files.isDirectory(file))
              .sorted()
              .toList()) {
        String directory = models.relativize(model.getParent()).toString();
        SampleNetwork found = of(root, directory, model);
        if (found != null) {
          networks.merge(found.name, found, SampleNetwork::merge);
        }
      }
    }
    return networks.values().stream()
        .sorted(Comparator.comparing(network -> network.labels == null))
        .toList();
  }

  /**
   * A model below samples/models.
   *
   * @return null if there are no inputs for it
   */
  static @Nullable SampleNetwork of(Path root, String directory, Path model) {
    boolean square = directory.endsWith(SQUARE);
    String name = directory.replaceFirst("(" + SQUARE + "|" + RELU + ")$", "");
    Path beside = model.resolveSibling("input.npy");
    boolean mnist = directory.startsWith(MNIST);
    Path inputs =
        mnist && !Files.exists(beside)
            ? root.resolve("samples/data/t10k-images-idx3-ubyte.gz")
            : beside;
    if (!Files.exists(inputs)) {
      return null;
    }
    Path labels =
        inputs.equals(beside)
            ? model.resolveSibling("labels.npy")
            : root.resolve("samples/data/t10k-labels-idx1-ubyte.gz");
    return new SampleNetwork(
        name,
        square ? null : model,
        square ? model : null,
        inputs,
        Files.exists(labels) ? labels : null);
  }

  /** The classes of so many of the first inputs, null if there are no labels. */
  int @Nullable [] classes(int count) throws IOException {
    if (labels == null) {
      return null;
    }
    int[] classes =
        NpyFile.looksLike(labels) ? whole(NpyFile.read(labels)) : IdxFile.readLabels(labels);
    if (classes.length < count) {
      throw new IllegalArgumentException(
          "%s has %d labels for %d inputs".formatted(labels, classes.length, count));
    }
    return Arrays.copyOf(classes, count);
  }

  private static int[] whole(Tensor numbers) {
    int[] classes = new int[numbers.values().length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = Math.round(numbers.values()[i]);
    }
    return classes;
  }

  private SampleNetwork merge(SampleNetwork other) {
    return new SampleNetwork(
        name,
        model != null ? model : other.model,
        squares != null ? squares : other.squares,
        inputs,
        labels);
  }
}
