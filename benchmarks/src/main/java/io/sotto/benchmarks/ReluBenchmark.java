package io.sotto.benchmarks;

import io.sotto.natives.GarbleKernel;
import io.sotto.natives.LookupTables;
import io.sotto.natives.LookupTables.Window;
import io.sotto.natives.NativeBuffer;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * What either side computes for ReLUs by lookups that compare all of 16 bits, transfers among it:
 * all but packing and sending.
 */
public class ReluBenchmark extends KernelBenchmark {
  /** Instances of a chunk. */
  static final int INSTANCES = 3072;

  /** Transfers of an instance: of 15 bits and 3 carries, of a top bit, of the sign. */
  static final int TRANSFERS = 20;

  private static final int BITS = 16;
  private static final int WIDE_BITS = 28;
  private static final int BLOCK = 256;
  private static final int TREE_BITS = 4;
  private static final int LABEL_BYTES = 16;
  private static final int COLUMNS = 128;
  private static final int WIRES = TRANSFERS - 2;
  private static final int GROUPS = TRANSFERS * INSTANCES / COLUMNS;
  private static final List<Window> WINDOWS =
      List.of(
          new Window(0, 5, false),
          new Window(5, 4, true),
          new Window(9, 4, true),
          new Window(13, 2, true));

  private final NativeBuffer delta = randomBytes(LABEL_BYTES);
  private final NativeBuffer sessionKey = randomBytes(LABEL_BYTES);
  private final NativeBuffer treeKeys =
      randomBytes(Math.toIntExact(GarbleKernel.treeKeyBytes(TREE_BITS)));
  private final NativeBuffer request = randomBytes(GROUPS * LABEL_BYTES * COLUMNS / TREE_BITS);
  private final NativeBuffer choices = randomBytes(GROUPS * LABEL_BYTES);
  private final NativeBuffer labels = randomBytes(GROUPS * COLUMNS * LABEL_BYTES);
  private final NativeBuffer reverseLabels = randomBytes(INSTANCES * LABEL_BYTES);
  private final NativeBuffer row = randomBytes(INSTANCES / 8);
  private final NativeBuffer otherRow = randomBytes(INSTANCES / 8);
  private final NativeBuffer shares = numbers();
  private final NativeBuffer pads = numbers();
  private final NativeBuffer tables = numbers();
  private final NativeBuffer factors = numbers();
  private final NativeBuffer corrections = numbers();
  private final NativeBuffer results = numbers();

  private NativeBuffer numbers() {
    NativeBuffer numbers = scope.allocateLongs(INSTANCES);
    for (int i = 0; i < INSTANCES; i++) {
      numbers.longs().put(i, i * 0x9e37L & 0xffff);
    }
    return numbers;
  }

  @Benchmark
  @OperationsPerInvocation(INSTANCES)
  public NativeBuffer garbler() {
    GarbleKernel.treesSender(TREE_BITS, treeKeys, delta, 0, 0, GROUPS, request, labels);
    int wire = 0;
    for (Window window : WINDOWS) {
      GarbleKernel.lookupPads(
          WIRES, wire, choices(window), INSTANCES, BLOCK, delta, sessionKey, 0, labels, pads);
      LookupTables.tables(window, INSTANCES, 0, shares, row, otherRow, pads, tables);
      wire += choices(window);
    }
    LookupTables.signs(BITS, INSTANCES, shares, factors);
    own(WIDE_BITS - BITS, WIRES);
    LookupTables.factors(BITS, WIDE_BITS, INSTANCES, shares, results, factors);
    LookupTables.bits(BITS - 1, INSTANCES, 0, shares, row);
    reverse();
    own(WIDE_BITS, WIRES + 1);
    take(WIDE_BITS, reverseLabels);
    return results;
  }

  @Benchmark
  @OperationsPerInvocation(INSTANCES)
  public NativeBuffer evaluator() {
    GarbleKernel.treesReceiver(TREE_BITS, treeKeys, 0, 0, GROUPS, choices, request, labels);
    int wire = 0;
    for (Window window : WINDOWS) {
      GarbleKernel.chosenPads(
          WIRES, wire, choices(window), INSTANCES, BLOCK, sessionKey, 0, labels, pads);
      LookupTables.entries(window, INSTANCES, shares, otherRow, pads, tables, row);
      wire += choices(window);
    }
    take(WIDE_BITS - BITS, part(WIRES));
    LookupTables.factors(BITS, WIDE_BITS, INSTANCES, shares, results, factors);
    LookupTables.bits(BITS - 1, INSTANCES, 0, shares, row);
    reverse();
    own(WIDE_BITS, WIRES);
    take(WIDE_BITS, part(WIRES + 1));
    return results;
  }

  private static int choices(Window window) {
    return window.bits() + (window.carries() ? 1 : 0);
  }

  private NativeBuffer part(int wire) {
    return labels.slice((long) wire * INSTANCES * LABEL_BYTES);
  }

  private void reverse() {
    GarbleKernel.treesSender(
        TREE_BITS, treeKeys, delta, 0, 0, INSTANCES / COLUMNS, request, reverseLabels);
  }

  private void own(int width, int wire) {
    GarbleKernel.ownProducts(
        width,
        INSTANCES,
        BLOCK,
        delta,
        sessionKey,
        0,
        part(wire),
        row,
        factors,
        corrections,
        results);
  }

  private void take(int width, NativeBuffer from) {
    GarbleKernel.takeProducts(
        width, INSTANCES, BLOCK, sessionKey, 0, from, row, corrections, results);
  }
}
