package io.sotto.server.compile.layouts;

import io.sotto.server.compile.layouts.Convolution.Group;
import io.sotto.server.compile.layouts.Convolution.Plane;
import io.sotto.server.compile.layouts.ConvolutionFinder.Grid;
import io.sotto.server.compile.layouts.ConvolutionFinder.Tap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes planes of what taps take, so that strides are gone, and groups of their weights. */
final class KernelPlanes {
  private final List<Grid> inputs;
  private final Grid output;
  private final int[] rowStrides;
  private final int[] columnStrides;
  private final int[] starts;

  KernelPlanes(List<Grid> inputs, Grid output, int[] rowStrides, int[] columnStrides) {
    this.inputs = inputs;
    this.output = output;
    this.rowStrides = rowStrides;
    this.columnStrides = columnStrides;
    this.starts = ConvolutionFinder.starts(inputs);
  }

  /** A plane for each phase of each channel that some tap takes. */
  private record Phase(int input, int row, int column, int channel) {}

  /**
   * The convolution of kernels.
   *
   * @param kernels for each first channel of a range its taps, each with a weight for each channel
   */
  Optional<Convolution> of(Map<Integer, Map<Tap, int[]>> kernels) {
    int[] low = {Integer.MAX_VALUE, Integer.MAX_VALUE};
    int[] high = {Integer.MIN_VALUE, Integer.MIN_VALUE};
    TreeMap<Phase, Integer> phases =
        new TreeMap<>(
            Comparator.comparingInt(Phase::input)
                .thenComparingInt(Phase::row)
                .thenComparingInt(Phase::column)
                .thenComparingInt(Phase::channel));
    for (Map<Tap, int[]> kernel : kernels.values()) {
      for (Tap tap : kernel.keySet()) {
        int ky = Math.floorDiv(tap.dy(), rowStrides[tap.input()]);
        int kx = Math.floorDiv(tap.dx(), columnStrides[tap.input()]);
        low[0] = Math.min(low[0], ky);
        low[1] = Math.min(low[1], kx);
        high[0] = Math.max(high[0], ky);
        high[1] = Math.max(high[1], kx);
        phases.put(phase(tap), 0);
      }
    }
    if (phases.isEmpty()) {
      return Optional.empty();
    }
    List<Plane> planes = new ArrayList<>();
    for (Map.Entry<Phase, Integer> entry : phases.entrySet()) {
      entry.setValue(planes.size());
      planes.add(plane(entry.getKey(), low[0], low[1]));
    }
    List<Group> groups = new ArrayList<>();
    for (Map.Entry<Integer, Map<Tap, int[]>> kernel : kernels.entrySet()) {
      groups.add(group(kernel.getKey(), kernel.getValue(), phases, low));
    }
    return Optional.of(
        new Convolution(
            output.rows(),
            output.columns(),
            output.channels(),
            high[0] - low[0] + 1,
            high[1] - low[1] + 1,
            planes,
            groups));
  }

  private Phase phase(Tap tap) {
    return new Phase(
        tap.input(),
        Math.floorMod(tap.dy(), rowStrides[tap.input()]),
        Math.floorMod(tap.dx(), columnStrides[tap.input()]),
        tap.channel());
  }

  private Plane plane(Phase phase, int top, int left) {
    Grid grid = inputs.get(phase.input());
    int down = rowStrides[phase.input()];
    int right = columnStrides[phase.input()];
    int pitch = grid.columns() * grid.channels();
    return new Plane(
        starts[phase.input()]
            + phase.row() * pitch
            + phase.column() * grid.channels()
            + phase.channel(),
        Tile.ceil(grid.rows() - phase.row(), down),
        Tile.ceil(grid.columns() - phase.column(), right),
        down * pitch,
        right * grid.channels(),
        -top,
        -left);
  }

  private Group group(
      int firstChannel, Map<Tap, int[]> kernel, Map<Phase, Integer> phases, int[] low) {
    int n = kernel.size();
    int rows = kernel.values().iterator().next().length;
    int[] planes = new int[n];
    int[] ky = new int[n];
    int[] kx = new int[n];
    int[] weights = new int[rows * n];
    int at = 0;
    for (Map.Entry<Tap, int[]> entry : kernel.entrySet()) {
      Tap tap = entry.getKey();
      planes[at] = phases.getOrDefault(phase(tap), 0);
      ky[at] = Math.floorDiv(tap.dy(), rowStrides[tap.input()]) - low[0];
      kx[at] = Math.floorDiv(tap.dx(), columnStrides[tap.input()]) - low[1];
      for (int row = 0; row < rows; row++) {
        weights[row * n + at] = entry.getValue()[row];
      }
      at++;
    }
    return new Group(firstChannel, rows, planes, ky, kx, weights);
  }
}
