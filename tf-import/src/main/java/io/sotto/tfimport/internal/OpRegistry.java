package io.sotto.tfimport.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the importer of an operation. */
public final class OpRegistry {
  private final Map<String, OpImporter> importers = new HashMap<>();
  private final String supported;

  /**
   * A registry of these importers.
   *
   * @param layers operations that the author of a model knows of
   * @param plumbing constants, variables and the arithmetic of shapes
   */
  public OpRegistry(List<OpImporter> layers, List<OpImporter> plumbing) {
    register(layers);
    register(plumbing);
    supported =
        layers.stream()
            .flatMap(importer -> importer.ops().stream())
            .sorted()
            .collect(Collectors.joining(", "));
  }

  private void register(List<OpImporter> list) {
    for (OpImporter importer : list) {
      for (String op : importer.ops()) {
        if (importers.put(op, importer) != null) {
          throw new IllegalStateException("two importers of " + op);
        }
      }
    }
  }

  @Nullable OpImporter find(String op) {
    return importers.get(op);
  }

  /** The names of the layers' operations. */
  String supported() {
    return supported;
  }
}
