package io.sotto.tfimport.internal.ops;

import io.sotto.tfimport.internal.OpImporter;
import io.sotto.tfimport.internal.OpNode;
import io.sotto.tfimport.internal.Selection;
import io.sotto.tfimport.internal.UnsupportedNodeException;
import io.sotto.tfimport.internal.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A part of a tensor, as Python slices it. */
final class StridedSliceOp implements OpImporter {

  @Override
  public Set<String> ops() {
    return Set.of("StridedSlice");
  }

  @Override
  public Value importNode(OpNode node) {
    int[] dims = node.dims(0, "input");
    Value.Integers begin = node.integers(1, "begin");
    Value.Integers end = node.integers(2, "end");
    int[] strides = node.knownIntegers(3, "stride");
    int entries = strides.length;
    if (begin.size() != entries || end.size() != entries || entries > 31) {
      throw new UnsupportedNodeException("its begin, end and stride differ in size");
    }
    long ellipsis = node.integer("ellipsis_mask", 0) & ((1L << entries) - 1);
    long newAxes = node.integer("new_axis_mask", 0) & ((1L << entries) - 1) & ~ellipsis;
    int taken = entries - Long.bitCount(newAxes) - Long.bitCount(ellipsis);
    if (Long.bitCount(ellipsis) > 1 || taken > dims.length) {
      throw new UnsupportedNodeException("it cuts %d axes of %d".formatted(taken, dims.length));
    }
    Cut cut = new Cut(dims, node.batchAxis(0));
    for (int i = 0; i < entries; i++) {
      if (is(ellipsis, i)) {
        cut.keep(dims.length - taken);
      } else if (is(newAxes, i)) {
        cut.result.add(1);
      } else if (cut.axis == cut.batchAxis) {
        requireWholeBatch(node, begin, end, strides, i);
        cut.keep(1);
      } else {
        int[] places = places(node, dims[cut.axis], begin, end, strides[i], i);
        cut.take(places, is(node.integer("shrink_axis_mask", 0), i));
      }
    }
    cut.keep(dims.length - cut.axis);
    int[] newDims = cut.result.stream().mapToInt(Integer::intValue).toArray();
    return node.select(0, Selection.take(dims, cut.places).reshaped(newDims), cut.newBatchAxis);
  }

  /** What was cut so far: the axes before {@code axis}, and those of the result. */
  private static final class Cut {
    private final int[] dims;
    private final int batchAxis;
    private final int[][] places;
    private final List<Integer> result = new ArrayList<>();
    private int axis;
    private int newBatchAxis;

    Cut(int[] dims, int batchAxis) {
      this.dims = dims;
      this.batchAxis = batchAxis;
      this.places = Selection.everything(dims);
    }

    /** The next so many axes as they are. */
    void keep(int count) {
      for (int i = 0; i < count; i++) {
        newBatchAxis = axis == batchAxis ? result.size() : newBatchAxis;
        result.add(dims[axis++]);
      }
    }

    /** Some places of the next axis, which goes if it is one place. */
    void take(int[] some, boolean goes) {
      places[axis++] = some;
      if (!goes) {
        result.add(some.length);
      }
    }
  }

  private static boolean is(long mask, int entry) {
    return (mask >> entry & 1) != 0;
  }

  private static void requireWholeBatch(
      OpNode node, Value.Integers begin, Value.Integers end, int[] strides, int i) {
    boolean fromFirst =
        is(node.integer("begin_mask", 0), i) || (begin.value(i) == 0 && !begin.timesBatch(i));
    boolean toLast =
        is(node.integer("end_mask", 0), i)
            || (end.timesBatch(i)
                ? end.value(i) >= 1
                : end.value(i) == Integer.MAX_VALUE || end.value(i) == node.fixedBatch());
    if (!fromFirst || !toLast || strides[i] != 1 || is(node.integer("shrink_axis_mask", 0), i)) {
      throw new UnsupportedNodeException(
          "it cuts the batch", "slice the axes of an image, with : for the first axis");
    }
  }

  private static int[] places(
      OpNode node, int size, Value.Integers begin, Value.Integers end, int stride, int i) {
    if (begin.timesBatch(i) || end.timesBatch(i)) {
      throw new UnsupportedNodeException("what it takes depends on the batch's size");
    }
    if (is(node.integer("shrink_axis_mask", 0), i)) {
      long index = begin.value(i) < 0 ? begin.value(i) + size : begin.value(i);
      if (index < 0 || index >= size) {
        throw new UnsupportedNodeException(
            "it takes number %d of an axis of %d".formatted(begin.value(i), size));
      }
      return new int[] {(int) index};
    }
    if (stride == 0) {
      throw new UnsupportedNodeException("its stride is zero");
    }
    boolean forward = stride > 0;
    int low = forward ? 0 : -1;
    int high = forward ? size : size - 1;
    int from =
        is(node.integer("begin_mask", 0), i)
            ? (forward ? low : high)
            : clamp(begin.value(i), size, low, high);
    int to =
        is(node.integer("end_mask", 0), i)
            ? (forward ? high : low)
            : clamp(end.value(i), size, low, high);
    // A step beyond the end is one beyond the end, however large.
    int step = Math.max(-size - 1, Math.min(size + 1, stride));
    return IntStream.iterate(from, at -> forward ? at < to : at > to, at -> at + step).toArray();
  }

  private static int clamp(long index, int size, int low, int high) {
    return (int) Math.max(low, Math.min(high, index < 0 ? index + size : index));
  }
}
