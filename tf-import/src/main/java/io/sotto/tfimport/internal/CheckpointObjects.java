package io.sotto.tfimport.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject;

/**
 * Finds variables' keys in a checkpoint through the objects of the program that saved the model, as
 * TensorFlow's Python loader does: a function's captured inputs are objects, and model and
 * checkpoint both hold the tree of objects with the names of their attributes. Models that {@code
 * tf.saved_model.save} makes of Keras 3 models can be read only so: their restore operation fills
 * copies of the variables that no function uses.
 */
final class CheckpointObjects {
  private static final String VALUE = "VARIABLE_VALUE";

  private CheckpointObjects() {}

  /** The keys of variables that functions of the main graph capture, by their handles. */
  static Map<FlatGraph.FlatNode, String> keys(
      MetaGraphDef metaGraph, FlatGraph graph, TrackableObjectGraph checkpoint) {
    SavedObjectGraph saved = metaGraph.getObjectGraphDef();
    Map<Integer, String> keyOfObject = keysOfObjects(saved, checkpoint);
    Map<FlatGraph.FlatNode, String> keys = new HashMap<>();
    for (NodeDef node : metaGraph.getGraphDef().getNodeList()) {
      String function = FlatGraph.calledFunction(node);
      if (!saved.containsConcreteFunctions(function)) {
        continue;
      }
      List<Integer> captures = saved.getConcreteFunctionsOrThrow(function).getBoundInputsList();
      List<FlatGraph.Output> inputs = graph.mainNode(node.getName()).inputs();
      int first = inputs.size() - captures.size();
      for (int i = 0; i < captures.size() && first >= 0; i++) {
        FlatGraph.FlatNode handle = inputs.get(first + i).node();
        String key = keyOfObject.get(captures.get(i));
        if (key != null && handle.op().equals("VarHandleOp")) {
          keys.put(handle, key);
        }
      }
    }
    return keys;
  }

  /** Walks both trees from their roots along attributes of the same name. */
  private static Map<Integer, String> keysOfObjects(
      SavedObjectGraph saved, TrackableObjectGraph checkpoint) {
    record Pair(int saved, int checkpoint) {}

    Map<Integer, String> keys = new HashMap<>();
    Set<Integer> seen = new HashSet<>();
    Deque<Pair> queue = new ArrayDeque<>(List.of(new Pair(0, 0)));
    while (!queue.isEmpty()) {
      Pair pair = queue.remove();
      if (pair.saved < 0
          || pair.saved >= saved.getNodesCount()
          || pair.checkpoint < 0
          || pair.checkpoint >= checkpoint.getNodesCount()
          || !seen.add(pair.saved)) {
        continue;
      }
      TrackableObject stored = checkpoint.getNodes(pair.checkpoint);
      for (TrackableObject.SerializedTensor tensor : stored.getAttributesList()) {
        if (tensor.getName().equals(VALUE)) {
          keys.put(pair.saved, tensor.getCheckpointKey());
        }
      }
      Map<String, Integer> children = new HashMap<>();
      for (TrackableObject.ObjectReference child : stored.getChildrenList()) {
        children.put(child.getLocalName(), child.getNodeId());
      }
      for (TrackableObject.ObjectReference child : saved.getNodes(pair.saved).getChildrenList()) {
        Integer other = children.get(child.getLocalName());
        if (other != null) {
          queue.add(new Pair(child.getNodeId(), other));
        }
      }
    }
    return keys;
  }
}
