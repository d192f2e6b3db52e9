package io.sotto.tfimport.internal;

import io.sotto.tfimport.refusal.ModelImportException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of a model's variables. Which entry of the checkpoint belongs to which variable is
 * told by the model's own restore operation, which is followed from each assignment back to the
 * names that it reads, or else by the {@linkplain CheckpointObjects objects} that were saved.
 */
public final class VariableValues {
  private final SavedModelDirectory model;
  private final FlatGraph graph;
  private final Map<FlatGraph.FlatNode, String> keys;
  private final Map<FlatGraph.FlatNode, Value.Floats> read = new HashMap<>();
  private @Nullable TensorBundle bundle;

  private VariableValues(
      SavedModelDirectory model, FlatGraph graph, Map<FlatGraph.FlatNode, String> keys) {
    this.model = model;
    this.graph = graph;
    this.keys = keys;
  }

  /** The checkpoint's files are opened when the first variable is read: some models have none. */
  public static VariableValues of(SavedModelDirectory model, FlatGraph graph) {
    return new VariableValues(model, graph, restored(model, graph));
  }

  /** The value of the variable that a VarHandleOp stands for. */
  Value.Floats read(FlatGraph.FlatNode handle) {
    Value.Floats value = read.get(handle);
    if (value == null) {
      value = bundle().floats(handle.name(), key(handle));
      read.put(handle, value);
    }
    return value;
  }

  private TensorBundle bundle() {
    if (bundle == null) {
      bundle = TensorBundle.open(model.path().resolve("variables").resolve("variables"));
    }
    return bundle;
  }

  private String key(FlatGraph.FlatNode handle) {
    if (!keys.containsKey(handle)) {
      CheckpointObjects.keys(model.metaGraph(), graph, bundle().objects())
          .forEach(keys::putIfAbsent);
    }
    String key = keys.get(handle);
    if (key == null) {
      throw new ModelImportException(
          "variable %s has no value in the model: nothing restores it".formatted(handle.name()));
    }
    return key;
  }

  private static Map<FlatGraph.FlatNode, String> restored(
      SavedModelDirectory model, FlatGraph graph) {
    Map<FlatGraph.FlatNode, String> keys = new HashMap<>();
    String restore = model.metaGraph().getSaverDef().getRestoreOpName();
    if (restore.isEmpty()) {
      return keys;
    }
    for (FlatGraph.FlatNode node : graph.reachable(restore)) {
      if (!node.op().equals("AssignVariableOp")) {
        continue;
      }
      FlatGraph.Output value = node.input(1);
      while (value.node().op().equals("Identity")) {
        value = value.node().input(0);
      }
      if (value.node().op().equals("RestoreV2")) {
        List<String> names = Constants.strings(value.node().input(1).node().def());
        List<String> slices = Constants.strings(value.node().input(2).node().def());
        int index = value.index();
        if (index >= names.size() || index >= slices.size()) {
          throw FlatGraph.damaged("it restores more variables than it names");
        }
        if (slices.get(index).isEmpty()) {
          keys.put(node.input(0).node(), names.get(index));
        }
      }
    }
    return keys;
  }
}
