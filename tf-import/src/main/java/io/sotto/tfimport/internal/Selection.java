package io.sotto.tfimport.internal;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Elements of a tensor put into another one: the new axes, and for each new element the row-major
 * place of the old one. One form for cutting, turning, repeating and mirroring, of constants and of
 * activations alike.
 */
public final class Selection {
  /** More elements than a layer of a real network has; what a damaged file may claim. */
  private static final long MAX_ELEMENTS = 1 << 27;

  private final int[] dims;
  private final int[] indices;

  private Selection(int[] dims, int[] indices) {
    this.dims = dims;
    this.indices = indices;
  }

  /** Any places; there are as many as the axes have elements. */
  public static Selection of(int[] dims, int[] indices) {
    return new Selection(dims, indices);
  }

  /** Refuses a result that would take all memory; asked before any is taken. */
  public static void requireSize(long... dims) {
    long elements = 1;
    for (long dim : dims) {
      if (dim < 0 || dim > MAX_ELEMENTS || elements * dim > MAX_ELEMENTS) {
        throw new UnsupportedNodeException(
            "its result of %s would have more than %d elements"
                .formatted(Arrays.toString(dims), MAX_ELEMENTS));
      }
      elements *= dim;
    }
  }

  private static void requireSize(int[] dims) {
    requireSize(Arrays.stream(dims).asLongStream().toArray());
  }

  /** Along each axis the given places; so an axis may be cut, reversed or repeated. */
  public static Selection take(int[] from, int[][] places) {
    int[] strides = strides(from);
    int[] dims = Arrays.stream(places).mapToInt(list -> list.length).toArray();
    requireSize(dims);
    int[] indices = new int[TensorShapes.elements(dims)];
    int[] position = new int[dims.length];
    for (int to = 0; to < indices.length; to++) {
      int index = 0;
      for (int axis = 0; axis < dims.length; axis++) {
        index += places[axis][position[axis]] * strides[axis];
      }
      indices[to] = index;
      for (int axis = dims.length - 1; axis >= 0 && ++position[axis] == dims[axis]; axis--) {
        position[axis] = 0;
      }
    }
    return new Selection(dims, indices);
  }

  /** All places of all axes, to be changed before {@link #take}. */
  public static int[][] everything(int[] from) {
    requireSize(from);
    return Arrays.stream(from)
        .mapToObj(dim -> IntStream.range(0, dim).toArray())
        .toArray(int[][]::new);
  }

  /** Axis i of the result is axis order[i]. */
  public static Selection transpose(int[] from, int[] order) {
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    if (!Arrays.equals(sorted, IntStream.range(0, from.length).toArray())) {
      throw new UnsupportedNodeException(
          "%s is no order of %d axes".formatted(Arrays.toString(order), from.length));
    }
    int[] strides = strides(from);
    int[] dims = Arrays.stream(order).map(axis -> from[axis]).toArray();
    requireSize(dims);
    int[] indices = new int[TensorShapes.elements(dims)];
    int[] position = new int[dims.length];
    for (int to = 0; to < indices.length; to++) {
      int index = 0;
      for (int axis = 0; axis < dims.length; axis++) {
        index += position[axis] * strides[order[axis]];
      }
      indices[to] = index;
      for (int axis = dims.length - 1; axis >= 0 && ++position[axis] == dims[axis]; axis--) {
        position[axis] = 0;
      }
    }
    return new Selection(dims, indices);
  }

  /** Repeats axes of size 1, and puts axes in front, so that the tensor gets these axes. */
  public static Selection broadcast(int[] from, int[] dims) {
    requireSize(dims);
    int missing = dims.length - from.length;
    int[] padded = new int[dims.length];
    int[][] places = new int[dims.length][];
    for (int axis = 0; axis < dims.length; axis++) {
      padded[axis] = axis < missing ? 1 : from[axis - missing];
      if (missing < 0 || (padded[axis] != 1 && padded[axis] != dims[axis])) {
        throw new UnsupportedNodeException(
            "a tensor of %s does not repeat to %s"
                .formatted(Arrays.toString(from), Arrays.toString(dims)));
      }
      places[axis] =
          padded[axis] == 1 ? new int[dims[axis]] : IntStream.range(0, dims[axis]).toArray();
    }
    return take(padded, places);
  }

  /** Joins tensors along an axis; their elements are numbered through. */
  public static Selection concatenate(List<int[]> parts, int axis) {
    int[] dims = parts.get(0).clone();
    dims[axis] = 0;
    for (int[] part : parts) {
      if (part.length != dims.length) {
        throw new UnsupportedNodeException("it joins tensors of different numbers of axes");
      }
      for (int i = 0; i < dims.length; i++) {
        if (i != axis && part[i] != dims[i]) {
          throw new UnsupportedNodeException(
              "it joins tensors of %s and %s along axis %d"
                  .formatted(Arrays.toString(parts.get(0)), Arrays.toString(part), axis));
        }
      }
      dims[axis] = Math.addExact(dims[axis], part[axis]);
    }
    requireSize(dims);
    int outer = 1;
    for (int i = 0; i < axis; i++) {
      outer *= dims[i];
    }
    int[] indices = new int[TensorShapes.elements(dims)];
    int to = 0;
    for (int block = 0; block < outer; block++) {
      int first = 0;
      for (int[] part : parts) {
        int elements = TensorShapes.elements(part);
        int run = elements / outer;
        for (int i = 0; i < run; i++) {
          indices[to++] = first + block * run + i;
        }
        first += elements;
      }
    }
    return new Selection(dims, indices);
  }

  public int[] dims() {
    return dims;
  }

  public int[] indices() {
    return indices;
  }

  /** The same elements under other axes. */
  public Selection reshaped(int[] newDims) {
    return new Selection(newDims, indices);
  }

  /** Whether so many elements stay all and in their order. */
  boolean keepsOrder(int elements) {
    if (indices.length != elements) {
      return false;
    }
    for (int i = 0; i < elements; i++) {
      if (indices[i] != i) {
        return false;
      }
    }
    return true;
  }

  private static int[] strides(int[] dims) {
    int[] strides = new int[dims.length];
    int stride = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride = Math.multiplyExact(stride, Math.max(1, dims[axis]));
    }
    return strides;
  }
}
