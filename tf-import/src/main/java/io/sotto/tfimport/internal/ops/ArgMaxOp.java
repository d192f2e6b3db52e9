package io.sotto.tfimport.internal.ops;

import io.sotto.graph.ArgMax;
import io.sotto.graph.Node;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;
import java.util.stream.IntStream;

/** The place of the largest value along the last axis; only an output can be that. */
final class ArgMaxOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("ArgMax");
  }

  @Override
  public Value importNode(OpNode node) {
    Node input = node.activation(0, "input");
    int[] dims = node.dims(0, "input");
    int axis = OpNode.axis(node.knownInteger(1, "axis"), dims.length);
    if (axis == 0) {
      throw new UnsupportedNodeException("it compares the images of the batch");
    }
    int[] order =
        IntStream.concat(IntStream.range(0, dims.length).filter(i -> i != axis), IntStream.of(axis))
            .toArray();
    Node last = node.gather(input, Selection.transpose(dims, order));
    return node.emit(name -> ArgMax.of(name, last));
  }
}
