package io.sotto.server.compile.layouts;

import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.formats.QuantizedMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the convolution that a map of weights is, if it is one: whatever was merged into it, its
 * weights depend on the difference of positions alone, and elements outside of the inputs count as
 * zero.
 */
final class ConvolutionFinder {
  /** A tensor of channels at positions, the channels next to each other. */
  record Grid(int rows, int columns, int channels) {
    int elements() {
      return rows * columns * channels;
    }
  }

  /** A number of the map's inputs, seen from a position of the output. */
  record Tap(int input, int dy, int dx, int channel) {}

  /** What a matrix of weights means at a range of output channels. */
  private static final class Columns {
    final int firstChannel;
    final int rows;
    final int[] weights;
    final @Nullable Tap[] taps;

    Columns(int firstChannel, int rows, int[] weights, int count) {
      this.firstChannel = firstChannel;
      this.rows = rows;
      this.weights = weights;
      this.taps = new Tap[count];
    }

    int[] column(int tap) {
      int[] column = new int[rows];
      for (int row = 0; row < rows; row++) {
        column[row] = weights[row * taps.length + tap];
      }
      return column;
    }
  }

  private final QuantizedMap map;
  private final List<Grid> inputs;
  private final int[] starts;
  private final Grid output;
  private final int[] rowStrides;
  private final int[] columnStrides;

  /** By the matrix, and by the first channel that it is for. */
  private final IdentityHashMap<int[], Map<Integer, Columns>> columns = new IdentityHashMap<>();

  /** How many channels follow from each first one of a block: the same at all positions. */
  private final Map<Integer, Integer> ranges = new HashMap<>();

  /** Which blocks a position has, and their columns, position by position. */
  private final List<Columns> columnsOf = new ArrayList<>();

  private ConvolutionFinder(QuantizedMap map, List<Grid> inputs, Grid output) {
    this.map = map;
    this.inputs = inputs;
    this.output = output;
    this.starts = starts(inputs);
    this.rowStrides = new int[inputs.size()];
    this.columnStrides = new int[inputs.size()];
  }

  /** Where each input begins, and where the last one ends. */
  static int[] starts(List<Grid> inputs) {
    int[] starts = new int[inputs.size() + 1];
    for (int i = 0; i < inputs.size(); i++) {
      starts[i + 1] = starts[i] + inputs.get(i).elements();
    }
    return starts;
  }

  /**
   * The convolution that a map is.
   *
   * @param inputs of each of its inputs the shapes to try
   * @param output the shape of its output
   */
  static Optional<Convolution> find(QuantizedMap map, List<List<Grid>> inputs, Grid output) {
    return find(map, inputs, output, new ArrayList<>());
  }

  private static Optional<Convolution> find(
      QuantizedMap map, List<List<Grid>> inputs, Grid output, List<Grid> chosen) {
    if (chosen.size() == inputs.size()) {
      return new ConvolutionFinder(map, chosen, output).find();
    }
    for (Grid grid : inputs.get(chosen.size())) {
      List<Grid> more = new ArrayList<>(chosen);
      more.add(grid);
      Optional<Convolution> found = find(map, inputs, output, more);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Convolution> find() {
    if (map.inputs() != starts[inputs.size()] || map.outputs() != output.elements()) {
      return Optional.empty();
    }
    if (!cutsIntoPositions()) {
      return Optional.empty();
    }
    findStrides(rowStrides, output.columns(), output.rows());
    findStrides(columnStrides, 1, output.columns());
    return readTaps() && isComplete()
        ? new KernelPlanes(inputs, output, rowStrides, columnStrides).of(kernels)
        : Optional.empty();
  }

  /** Where the blocks of each position begin, and where the last one's end. */
  private int[] firstBlocks = {};

  /** Has every position the same ranges of channels, a block each? */
  private boolean cutsIntoPositions() {
    firstBlocks = new int[output.rows() * output.columns() + 1];
    int done = 0;
    for (int i = 0; i < map.blocks().size(); i++) {
      int rows = map.blocks().get(i).rows();
      int channel = done % output.channels();
      if (channel == 0) {
        firstBlocks[done / output.channels()] = i;
      }
      Integer range = ranges.putIfAbsent(channel, rows);
      if (channel + rows > output.channels() || (range != null && range != rows)) {
        return false;
      }
      done += rows;
    }
    firstBlocks[firstBlocks.length - 1] = map.blocks().size();
    return true;
  }

  /**
   * By how much references grow from a position to the next along an axis, for each input; 1 where
   * nothing tells.
   *
   * @param step from a position to the next
   */
  private void findStrides(int[] strides, int step, int length) {
    Arrays.fill(strides, 0);
    int missing = strides.length;
    int positions = output.rows() * output.columns();
    for (int position = 0; position + step < positions && missing > 0; position++) {
      if (position / step % length == length - 1) {
        continue;
      }
      int blocks = firstBlocks[position + 1] - firstBlocks[position];
      for (int i = 0; i < blocks; i++) {
        missing -=
            findStrides(
                strides,
                map.blocks().get(firstBlocks[position] + i),
                map.blocks().get(firstBlocks[position + step] + i),
                step > 1 || output.columns() == 1);
      }
    }
    for (int i = 0; i < strides.length; i++) {
      strides[i] = Math.max(1, strides[i]);
    }
  }

  /** How many were found. */
  private int findStrides(
      int[] strides, QuantizedMap.Block here, QuantizedMap.Block next, boolean byRows) {
    int found = 0;
    for (int k = 0; here.weights() == next.weights() && k < here.refs().length; k++) {
      if (here.refs()[k] == AffineMap.ZERO || next.refs()[k] == AffineMap.ZERO) {
        continue;
      }
      int input = input(here.refs()[k]);
      if (strides[input] == 0) {
        Grid grid = inputs.get(input);
        int pitch = byRows ? grid.columns() * grid.channels() : grid.channels();
        strides[input] = Math.max(1, (next.refs()[k] - here.refs()[k]) / pitch);
        found++;
      }
    }
    return found;
  }

  /** What each column of each matrix stands for, which has to be the same at all positions. */
  private boolean readTaps() {
    int done = 0;
    for (QuantizedMap.Block block : map.blocks()) {
      int position = done / output.channels();
      int channel = done % output.channels();
      done += block.rows();
      Columns own =
          columns
              .computeIfAbsent(block.weights(), key -> new HashMap<>())
              .computeIfAbsent(
                  channel,
                  key -> new Columns(channel, block.rows(), block.weights(), block.refs().length));
      columnsOf.add(own);
      if (!readTaps(block.refs(), position, own)) {
        return false;
      }
    }
    return true;
  }

  private boolean readTaps(int[] refs, int position, Columns own) {
    int y = position / output.columns();
    int x = position % output.columns();
    for (int k = 0; k < refs.length; k++) {
      if (refs[k] == AffineMap.ZERO) {
        continue;
      }
      Tap known = own.taps[k];
      if (known == null) {
        own.taps[k] = tap(refs[k], y, x);
      } else if (refs[k] != reference(known, y, x)) {
        return false;
      }
    }
    return true;
  }

  private Tap tap(int ref, int y, int x) {
    int input = input(ref);
    Grid grid = inputs.get(input);
    int place = (ref - starts[input]) / grid.channels();
    return new Tap(
        input,
        place / grid.columns() - rowStrides[input] * y,
        place % grid.columns() - columnStrides[input] * x,
        (ref - starts[input]) % grid.channels());
  }

  private int input(int ref) {
    int input = 0;
    while (ref >= starts[input + 1]) {
      input++;
    }
    return input;
  }

  /** What a tap refers to at a position. */
  private int reference(Tap tap, int y, int x) {
    Grid grid = inputs.get(tap.input);
    int row = rowStrides[tap.input] * y + tap.dy;
    int column = columnStrides[tap.input] * x + tap.dx;
    return row < 0 || row >= grid.rows() || column < 0 || column >= grid.columns()
        ? AffineMap.ZERO
        : starts[tap.input] + (row * grid.columns() + column) * grid.channels() + tap.channel;
  }

  /** The weights of each range of channels, by taps: the same from all matrices that have them. */
  private final Map<Integer, Map<Tap, int[]>> kernels = new TreeMap<>();

  /** Does every position take all taps that lie within the inputs there, with the same weights? */
  private boolean isComplete() {
    Set<Columns> all = new LinkedHashSet<>(columnsOf);
    for (Columns own : all) {
      Map<Tap, int[]> kernel =
          kernels.computeIfAbsent(own.firstChannel, key -> new LinkedHashMap<>());
      Map<Tap, Boolean> here = new HashMap<>();
      for (int k = 0; k < own.taps.length; k++) {
        if (own.taps[k] == null) {
          continue;
        }
        int[] column = own.column(k);
        int[] known = kernel.putIfAbsent(own.taps[k], column);
        if ((known != null && !Arrays.equals(known, column))
            || here.put(own.taps[k], true) != null) {
          return false;
        }
      }
    }
    int done = 0;
    for (int i = 0; i < columnsOf.size(); i++) {
      int position = done / output.channels();
      QuantizedMap.Block block = map.blocks().get(i);
      done += block.rows();
      if (!isComplete(block.refs(), columnsOf.get(i), position)) {
        return false;
      }
    }
    return true;
  }

  private boolean isComplete(int[] refs, Columns own, int position) {
    int y = position / output.columns();
    int x = position % output.columns();
    int taken = 0;
    for (int k = 0; k < refs.length; k++) {
      if (refs[k] != AffineMap.ZERO) {
        taken++;
      } else if (own.taps[k] != null && reference(own.taps[k], y, x) != AffineMap.ZERO) {
        return false;
      }
    }
    Map<Tap, int[]> kernel = kernels.getOrDefault(own.firstChannel, Map.of());
    if (kernel.size() == own.taps.length && taken == refs.length) {
      return true;
    }
    int within = 0;
    for (Tap tap : kernel.keySet()) {
      within += reference(tap, y, x) == AffineMap.ZERO ? 0 : 1;
    }
    return within == taken;
  }
}
