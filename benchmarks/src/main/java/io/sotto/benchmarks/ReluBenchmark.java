package io.sotto.benchmarks;

import io.sotto.gc.function.ShareFunction;
import io.sotto.natives.LookupPads;
import io.sotto.natives.LookupTables;
import io.sotto.natives.LookupTables.Part;
import io.sotto.natives.LookupTables.Window;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.OtExtension;
import io.sotto.natives.Products;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * What either side computes for ReLUs by lookups of shares of 21 bits, in half cells: transfers
 * both ways, tables and entries, products. That is all but drawing fresh bits, bringing choices
 * into order, packing and sending.
 */
public class ReluBenchmark extends KernelBenchmark {
  /** What is computed. */
  static final ShareFunction FUNCTION = ShareFunction.relu(9, 12, 20);

  /** Instances of a chunk. */
  static final int INSTANCES = 2304;

  /** The tables that the evaluator writes, and those that the garbler does, in turn. */
  private static final List<Window> EVALUATORS =
      List.of(new Window(0, 5, false), new Window(9, 4, true), new Window(17, 3, true));

  private static final List<Window> GARBLERS =
      List.of(new Window(5, 4, true), new Window(13, 4, true));

  /** Choices of an instance in those tables. */
  static final int EVALUATORS_WIRES = 14;

  static final int GARBLERS_WIRES = 10;

  /** All transfers of an instance: of tables, the evaluator's product, the garbler's two. */
  static final int TRANSFERS = EVALUATORS_WIRES + 1 + GARBLERS_WIRES + 2;

  private static final int BLOCK = 256;
  private static final int TREE_BITS = 4;
  private static final int LABEL_BYTES = 16;
  private static final int COLUMNS = 128;
  private static final int EVALUATORS_GROUPS = (EVALUATORS_WIRES + 1) * INSTANCES / COLUMNS;
  private static final int GARBLERS_GROUPS = (GARBLERS_WIRES + 2) * INSTANCES / COLUMNS;

  /** The choice that is the carry out of the dropped bits, in the window that follows them. */
  private static final int CARRY_WIRE = 9;

  private final NativeBuffer delta = memory.bytes(LABEL_BYTES);
  private final NativeBuffer sessionKey = memory.bytes(LABEL_BYTES);
  private final NativeBuffer treeKeys =
      memory.bytes(Math.toIntExact(OtExtension.treeKeyBytes(TREE_BITS)));
  private final NativeBuffer request =
      memory.bytes(EVALUATORS_GROUPS * LABEL_BYTES * COLUMNS / TREE_BITS);
  private final NativeBuffer choices = memory.bytes(EVALUATORS_GROUPS * LABEL_BYTES);
  private final NativeBuffer evaluatorsLabels =
      memory.bytes(EVALUATORS_GROUPS * COLUMNS * LABEL_BYTES);
  private final NativeBuffer garblersLabels = memory.bytes(GARBLERS_GROUPS * COLUMNS * LABEL_BYTES);
  private final NativeBuffer row = memory.bytes(INSTANCES / 8);
  private final NativeBuffer otherRow = memory.bytes(INSTANCES / 8);
  private final NativeBuffer shares = numbers();
  private final NativeBuffer pads = numbers();
  private final NativeBuffer tables = numbers();
  private final NativeBuffer carries = numbers();
  private final NativeBuffer wraps = numbers();
  private final NativeBuffer factors = numbers();
  private final NativeBuffer corrections = numbers();
  private final NativeBuffer results = numbers();

  private NativeBuffer numbers() {
    NativeBuffer numbers = scope.allocateLongs(INSTANCES);
    for (int i = 0; i < INSTANCES; i++) {
      numbers.longs().put(i, i * 0x9e3779L & 0x1fffff);
    }
    return numbers;
  }

  @Benchmark
  @OperationsPerInvocation(INSTANCES)
  public NativeBuffer garbler() {
    sign(1L << (shareBits() - 1));
    choose(EVALUATORS_GROUPS, evaluatorsLabels);
    send(GARBLERS_GROUPS, garblersLabels);
    entries(EVALUATORS, EVALUATORS_WIRES, evaluatorsLabels);
    take(FUNCTION.wideBits(), evaluatorsLabels, CARRY_WIRE, carries);
    tables(GARBLERS, GARBLERS_WIRES, garblersLabels);
    LookupTables.signs(shareBits(), INSTANCES, shares, factors);
    own(FUNCTION.wideBits() - FUNCTION.bits(), garblersLabels, GARBLERS_WIRES, wraps);
    parts();
    own(FUNCTION.wideBits(), garblersLabels, GARBLERS_WIRES + 1, results);
    take(FUNCTION.wideBits(), evaluatorsLabels, EVALUATORS_WIRES, results);
    return results;
  }

  @Benchmark
  @OperationsPerInvocation(INSTANCES)
  public NativeBuffer evaluator() {
    sign(0);
    choose(GARBLERS_GROUPS, garblersLabels);
    send(EVALUATORS_GROUPS, evaluatorsLabels);
    tables(EVALUATORS, EVALUATORS_WIRES, evaluatorsLabels);
    own(FUNCTION.wideBits(), evaluatorsLabels, CARRY_WIRE, carries);
    entries(GARBLERS, GARBLERS_WIRES, garblersLabels);
    take(FUNCTION.wideBits() - FUNCTION.bits(), garblersLabels, GARBLERS_WIRES, wraps);
    parts();
    take(FUNCTION.wideBits(), garblersLabels, GARBLERS_WIRES + 1, results);
    own(FUNCTION.wideBits(), evaluatorsLabels, EVALUATORS_WIRES, factors);
    LookupTables.parts(
        new Part(0, FUNCTION.wideBits(), FUNCTION.wideBits(), false),
        INSTANCES,
        factors,
        results,
        results,
        results);
    return results;
  }

  private static int shareBits() {
    return FUNCTION.dropped() + FUNCTION.bits();
  }

  private static int choices(Window window) {
    return window.bits() + (window.carries() ? 1 : 0);
  }

  private void sign(long addend) {
    LookupTables.bits(shareBits() - 1, INSTANCES, addend, shares, row);
  }

  private void choose(int groups, NativeBuffer labels) {
    OtExtension.treesReceiver(trees(), 0, 0, groups, choices, request, labels);
  }

  private void send(int groups, NativeBuffer labels) {
    OtExtension.treesSender(trees(), delta, 0, 0, groups, request, labels);
  }

  private OtExtension.Trees trees() {
    return new OtExtension.Trees(TREE_BITS, treeKeys);
  }

  private LookupPads.Transfers transfers(int wires, NativeBuffer labels) {
    return new LookupPads.Transfers(wires, INSTANCES, BLOCK, sessionKey, 0, labels);
  }

  private Products.Run run(int width) {
    return new Products.Run(width, INSTANCES, BLOCK, sessionKey, 0);
  }

  private void tables(List<Window> windows, int wires, NativeBuffer labels) {
    int wire = 0;
    for (Window window : windows) {
      LookupPads.all(transfers(wires, labels), wire, choices(window), delta, pads);
      LookupTables.tables(window, INSTANCES, shares, row, otherRow, pads, tables);
      wire += choices(window);
    }
  }

  private void entries(List<Window> windows, int wires, NativeBuffer labels) {
    int wire = 0;
    for (Window window : windows) {
      LookupPads.chosen(transfers(wires, labels), wire, choices(window), pads);
      LookupTables.entries(window, INSTANCES, shares, otherRow, pads, tables, row);
      wire += choices(window);
    }
  }

  private void parts() {
    LookupTables.parts(
        new Part(FUNCTION.dropped(), FUNCTION.bits(), FUNCTION.wideBits(), true),
        INSTANCES,
        shares,
        carries,
        wraps,
        factors);
  }

  private void own(int width, NativeBuffer labels, int wire, NativeBuffer target) {
    Products.own(run(width), delta, part(labels, wire), row, factors, corrections, target);
  }

  private void take(int width, NativeBuffer labels, int wire, NativeBuffer target) {
    Products.take(run(width), part(labels, wire), row, corrections, target);
  }

  private static NativeBuffer part(NativeBuffer labels, int wire) {
    return labels.slice((long) wire * INSTANCES * LABEL_BYTES);
  }
}
