package io.sotto.tfimport.internal.ops;

import io.sotto.graph.ArgMax;
import io.sotto.graph.Input;
import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.Set;
import org.tensorflow.proto.DataType;

/**
 * A change of type: of numbers of a shape, of constants, of a whole-numbered input, or none at all.
 */
final class CastOp implements OpImporter {
  private static final Set<DataType> INTEGERS =
      Set.of(DataType.DT_INT32, DataType.DT_INT64, DataType.DT_UINT8);

  @Override
  public Set<String> ops() {
    return Set.of("Cast");
  }

  @Override
  public boolean passesOn() {
    return true;
  }

  @Override
  public Value importNode(OpNode node) {
    DataType from = node.type("SrcT");
    DataType to = node.type("DstT");
    Value input = node.input(0);
    if (from == to) {
      return input;
    }
    if (input instanceof Value.Integers integers) {
      if (to == DataType.DT_INT32 || to == DataType.DT_INT64) {
        return integers;
      }
      if (to == DataType.DT_FLOAT) {
        float[] values = new float[integers.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = BatchArithmetic.known(BatchArithmetic.number(integers, i));
        }
        return new Value.Floats("a cast constant", integers.dims(), values);
      }
    }
    if (input instanceof Value.Floats floats
        && (to == DataType.DT_INT32 || to == DataType.DT_INT64)) {
      long[] values = new long[floats.values().length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (long) floats.values()[i];
      }
      return Value.Integers.of(floats.dims(), values);
    }
    boolean whole =
        input instanceof Value.Activation activation
            && (activation.node() instanceof Input || activation.node() instanceof ArgMax)
            && INTEGERS.contains(from);
    if (whole && (to == DataType.DT_FLOAT || INTEGERS.contains(to))) {
      return input;
    }
    throw new UnsupportedNodeException(
        "it casts %s to %s".formatted(node.typeName("SrcT"), node.typeName("DstT")),
        INTEGERS.contains(to)
            ? "do without rounding and look-ups, or give their results as the input"
            : "compute in float32 throughout, without mixed precision");
  }
}
