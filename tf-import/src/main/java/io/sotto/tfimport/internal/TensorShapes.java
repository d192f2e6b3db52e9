package io.sotto.tfimport.internal;

import io.sotto.tfimport.refusal.ModelImportException;
import java.util.stream.Collectors;
import org.tensorflow.proto.TensorShapeProto;

/** TensorFlow's shapes of constants: all axes known, axes of size 0 allowed. */
final class TensorShapes {
  /** More elements than any weight of a real network has; what a damaged file may claim. */
  private static final long MAX_ELEMENTS = 1 << 29;

  private TensorShapes() {}

  static int[] dims(String what, TensorShapeProto shape) {
    int[] dims = new int[shape.getDimCount()];
    long elements = 1;
    for (int i = 0; i < dims.length; i++) {
      long size = shape.getDim(i).getSize();
      if (shape.getUnknownRank()
          || size < 0
          || size > MAX_ELEMENTS
          || elements * size > MAX_ELEMENTS) {
        throw new ModelImportException(
            "%s has shape %s, which no constant can have".formatted(what, print(shape)));
      }
      dims[i] = (int) size;
      elements *= size;
    }
    return dims;
  }

  static int elements(int[] dims) {
    int elements = 1;
    for (int dim : dims) {
      elements = Math.multiplyExact(elements, dim);
    }
    return elements;
  }

  static String print(TensorShapeProto shape) {
    return shape.getUnknownRank()
        ? "unknown"
        : shape.getDimList().stream()
            .map(dim -> dim.getSize() < 0 ? "None" : String.valueOf(dim.getSize()))
            .collect(Collectors.joining(", ", "(", ")"));
  }
}
