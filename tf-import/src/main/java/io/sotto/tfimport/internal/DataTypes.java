package io.sotto.tfimport.internal;

import java.util.Locale;
import org.tensorflow.proto.DataType;

/** Element types as TensorFlow's users write them. */
final class DataTypes {
  private DataTypes() {}

  static String name(DataType type) {
    return switch (type) {
      case DT_FLOAT -> "float32";
      case DT_DOUBLE -> "float64";
      case DT_HALF -> "float16";
      default -> type.name().replaceFirst("^DT_", "").toLowerCase(Locale.ROOT);
    };
  }
}
