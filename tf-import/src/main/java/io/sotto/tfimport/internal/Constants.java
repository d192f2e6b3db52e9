package io.sotto.tfimport.internal;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Constants as a graph's Const nodes hold them: raw bytes, or a list whose last value repeats. */
final class Constants {
  /** Values repeated beyond this are damage: a few bytes of the file would claim all memory. */
  private static final int MAX_REPEATED = 1 << 24;

  private Constants() {}

  /**
   * The value of a Const node.
   *
   * @throws UnsupportedNodeException if it is neither of floats nor of integers
   */
  static Value decode(NodeDef node) {
    TensorProto tensor = tensor(node);
    int[] dims = TensorShapes.dims("constant " + node.getName(), tensor.getTensorShape());
    int elements = TensorShapes.elements(dims);
    DataType type = tensor.getDtype();
    return switch (type) {
      case DT_FLOAT -> new Value.Floats(node.getName(), dims, floats(node, tensor, elements));
      case DT_INT32, DT_INT64, DT_UINT8, DT_INT8, DT_INT16, DT_UINT16 ->
          Value.Integers.of(dims, integers(node, tensor, elements));
      default ->
          throw new UnsupportedNodeException(
              "it is of type %s; constants are float32 or integers"
                  .formatted(DataTypes.name(type)));
    };
  }

  static List<String> strings(NodeDef node) {
    if (!node.getOp().equals("Const")) {
      throw FlatGraph.damaged("%s is no constant".formatted(node.getName()));
    }
    return tensor(node).getStringValList().stream()
        .map(ByteString::toStringUtf8)
        .collect(Collectors.toUnmodifiableList());
  }

  private static TensorProto tensor(NodeDef node) {
    if (!node.containsAttr("value")) {
      throw FlatGraph.damaged("constant %s has no value".formatted(node.getName()));
    }
    return node.getAttrOrThrow("value").getTensor();
  }

  private static float[] floats(NodeDef node, TensorProto tensor, int elements) {
    ByteString content = tensor.getTensorContent();
    if (!content.isEmpty()) {
      requireBytes(node, content, (long) elements * Float.BYTES);
      float[] values = new float[elements];
      content.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
    int given = tensor.getFloatValCount();
    requireFits(node, given, elements);
    float[] values = new float[elements];
    for (int i = 0; i < given; i++) {
      values[i] = tensor.getFloatVal(i);
    }
    if (given > 0) {
      Arrays.fill(values, given, elements, values[given - 1]);
    }
    return values;
  }

  private static long[] integers(NodeDef node, TensorProto tensor, int elements) {
    boolean wide = tensor.getDtype() == DataType.DT_INT64;
    ByteString content = tensor.getTensorContent();
    if (!content.isEmpty()) {
      return packed(node, tensor.getDtype(), content, elements);
    }
    int given = wide ? tensor.getInt64ValCount() : tensor.getIntValCount();
    requireFits(node, given, elements);
    long[] values = new long[elements];
    for (int i = 0; i < given; i++) {
      values[i] = wide ? tensor.getInt64Val(i) : tensor.getIntVal(i);
    }
    if (given > 0) {
      Arrays.fill(values, given, elements, values[given - 1]);
    }
    return values;
  }

  private static long[] packed(NodeDef node, DataType type, ByteString content, int elements) {
    int size =
        switch (type) {
          case DT_INT64 -> Long.BYTES;
          case DT_INT32 -> Integer.BYTES;
          case DT_INT16, DT_UINT16 -> Short.BYTES;
          default -> Byte.BYTES;
        };
    requireBytes(node, content, (long) elements * size);
    ByteBuffer bytes = content.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long[] values = new long[elements];
    for (int i = 0; i < elements; i++) {
      values[i] =
          switch (type) {
            case DT_INT64 -> bytes.getLong();
            case DT_INT32 -> bytes.getInt();
            case DT_INT16 -> bytes.getShort();
            case DT_UINT16 -> Short.toUnsignedInt(bytes.getShort());
            case DT_INT8 -> bytes.get();
            default -> Byte.toUnsignedInt(bytes.get());
          };
    }
    return values;
  }

  private static void requireBytes(NodeDef node, ByteString content, long bytes) {
    if (content.size() != bytes) {
      throw FlatGraph.damaged(
          "constant %s has %d bytes instead of %d"
              .formatted(node.getName(), content.size(), bytes));
    }
  }

  private static void requireFits(NodeDef node, int given, int elements) {
    if (given > elements || (given < elements && elements > MAX_REPEATED)) {
      throw FlatGraph.damaged(
          "constant %s has %d values instead of %d".formatted(node.getName(), given, elements));
    }
  }
}
