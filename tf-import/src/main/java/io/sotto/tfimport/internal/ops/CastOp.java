package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;
import org.tensorflow.proto.DataType;

/** A change of type: of the numbers of a shape, or none at all. */
final class CastOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("Cast");
  }

  @Override
  public Value importNode(OpNode node) {
    DataType from = node.type("SrcT");
    DataType to = node.type("DstT");
    if (from == to) {
      return node.input(0);
    }
    if (node.input(0) instanceof Value.Integers integers
        && (to == DataType.DT_INT32 || to == DataType.DT_INT64)) {
      return integers;
    }
    throw new UnsupportedNodeException("it changes the type of a tensor that is not a shape");
  }
}
