package io.sotto.tfimport.internal;

import io.sotto.graph.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of a graph's nodes. Keras puts a layer's operations into a scope of the layer's name,
 * but on export that scope gets a number at its end ({@code conv_1/Relu} is of the layer {@code
 * conv}). The names of variables do not, so a scope in which a layer's variable is read tells both
 * the layer and the ending that was added. The first node of a layer is called as the layer, others
 * {@code layer/Kind}; without scopes TensorFlow's own names stay.
 */
final class LayerNames {
  private final Map<String, String> layerOfScope = new HashMap<>();
  private final Set<String> scopesOfLayers = new HashSet<>();
  private final Set<String> endings = new HashSet<>();
  private final Set<String> namedScopes = new HashSet<>();
  private final Set<String> taken = new HashSet<>();

  LayerNames(List<FlatGraph.FlatNode> nodes) {
    for (FlatGraph.FlatNode node : nodes) {
      if (node.op().equals("ReadVariableOp") && node.inputCount() > 0) {
        learn(node.name(), node.input(0).node().name());
      }
    }
  }

  private void learn(String read, String variable) {
    String layer = lastPart(parent(variable));
    if (layer.isEmpty()) {
      return;
    }
    for (String scope = parent(read); !scope.isEmpty(); scope = parent(scope)) {
      String part = lastPart(scope);
      String ending = part.startsWith(layer) ? part.substring(layer.length()) : "?";
      if (ending.matches("(_\\d+)?")) {
        layerOfScope.put(scope, layer);
        if (!parent(scope).isEmpty()) {
          scopesOfLayers.add(parent(scope));
        }
        endings.add(ending);
        return;
      }
    }
  }

  /** A name for a node that TensorFlow's node of this name becomes. */
  String name(String tensorflowName, Class<? extends Node> kind) {
    String scope = scopeOfLayer(tensorflowName);
    if (scope == null) {
      return unique(lastPart(tensorflowName));
    }
    String layer = layer(tensorflowName);
    return namedScopes.add(scope) ? unique(layer) : unique(layer + "/" + kind.getSimpleName());
  }

  /** The layer that a node of TensorFlow belongs to, empty if no scope tells it. */
  String layer(String tensorflowName) {
    String scope = scopeOfLayer(tensorflowName);
    if (scope == null) {
      return "";
    }
    String layer = layerOfScope.get(scope);
    return layer == null ? withoutEnding(lastPart(scope)) : layer;
  }

  String unique(String wanted) {
    String name = wanted;
    for (int i = 1; !taken.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  private @Nullable String scopeOfLayer(String name) {
    for (String scope = parent(name); !scope.isEmpty(); scope = parent(scope)) {
      if (layerOfScope.containsKey(scope)) {
        return scope;
      }
    }
    // A layer without variables lies beside those that have some, and may have scopes of its own.
    for (String scope = parent(name); !scope.isEmpty(); scope = parent(scope)) {
      if (scopesOfLayers.contains(parent(scope))) {
        return scope;
      }
    }
    return parent(name).isEmpty() ? null : parent(name);
  }

  private String withoutEnding(String part) {
    String ending = endings.size() == 1 ? endings.iterator().next() : "";
    return part.endsWith(ending) && part.length() > ending.length()
        ? part.substring(0, part.length() - ending.length())
        : part;
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  private static String lastPart(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
