package io.sotto.tfimport.internal;

import io.sotto.tfimport.ModelImportException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values of a model's variables. Which entry of the checkpoint belongs to which variable is
 * told by the model's own restore operation, which is followed from each assignment back to the
 * names that it reads; names of variables and of entries have nothing else in common.
 */
public final class VariableValues {
  private final Map<FlatGraph.FlatNode, String> keys;
  private final Supplier<TensorBundle> open;
  private final Map<FlatGraph.FlatNode, Value.Floats> read = new HashMap<>();
  private @Nullable TensorBundle bundle;

  private VariableValues(Map<FlatGraph.FlatNode, String> keys, Supplier<TensorBundle> open) {
    this.keys = keys;
    this.open = open;
  }

  /** The checkpoint's files are opened when the first variable is read: some models have none. */
  public static VariableValues of(SavedModelDirectory model, FlatGraph graph) {
    return new VariableValues(
        keys(model, graph),
        () -> TensorBundle.open(model.path().resolve("variables").resolve("variables")));
  }

  /** The value of the variable that a VarHandleOp stands for. */
  Value.Floats read(FlatGraph.FlatNode handle) {
    String key = keys.get(handle);
    if (key == null) {
      throw new ModelImportException(
          "variable %s has no value in the model: nothing restores it".formatted(handle.name()));
    }
    Value.Floats value = read.get(handle);
    if (value == null) {
      if (bundle == null) {
        bundle = open.get();
      }
      value = bundle.floats(handle.name(), key);
      read.put(handle, value);
    }
    return value;
  }

  private static Map<FlatGraph.FlatNode, String> keys(SavedModelDirectory model, FlatGraph graph) {
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
