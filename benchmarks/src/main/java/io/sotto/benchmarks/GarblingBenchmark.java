package io.sotto.benchmarks;

import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.circuit.ShareCircuits;
import io.sotto.natives.HalfGates;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.OtExtension;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** The loops over wire labels: a ReLU on shares, and the extension of correlated transfers. */
public class GarblingBenchmark extends KernelBenchmark {
  /** A block, as garbling goes. */
  static final int INSTANCES = 256;

  /** AND gates of the circuit. */
  static final int ANDS = 57;

  static final int TRANSFERS = 1 << 15;

  private static final int LABEL_BYTES = 16;
  private static final int COLUMNS = 128;

  /** As sessions have them if nothing else is set. */
  private static final int TREE_BITS = 4;

  private static final int NARROW_BITS = 16;
  private static final int WIDE_BITS = 28;

  private final Circuit circuit = ShareCircuits.relu(NARROW_BITS, WIDE_BITS);
  private final NativeBuffer gates;
  private final NativeBuffer slots = memory.bytes(circuit.slots() * INSTANCES * LABEL_BYTES);
  private final NativeBuffer tables = memory.bytes(2 * ANDS * INSTANCES * LABEL_BYTES);
  private final NativeBuffer delta = memory.bytes(LABEL_BYTES);
  private final NativeBuffer sessionKey = memory.bytes(LABEL_BYTES);
  private final NativeBuffer treeKeys =
      memory.bytes(Math.toIntExact(OtExtension.treeKeyBytes(TREE_BITS)));
  private final NativeBuffer choices = memory.bytes(TRANSFERS / 8);
  private final NativeBuffer request = memory.bytes(TRANSFERS * LABEL_BYTES / TREE_BITS);
  private final NativeBuffer labels = memory.bytes(TRANSFERS * LABEL_BYTES);

  public GarblingBenchmark() {
    if (circuit.andCount() != ANDS) {
      throw new IllegalStateException("the circuit has " + circuit.andCount() + " AND gates");
    }
    int[] table = circuit.gateTable();
    gates = scope.allocate((long) table.length * Integer.BYTES);
    gates.bytes().asIntBuffer().put(table);
  }

  @Benchmark
  @OperationsPerInvocation(ANDS * INSTANCES)
  public NativeBuffer garble() {
    HalfGates.garble(program(), INSTANCES, slots, delta, sessionKey, 0, tables);
    return tables;
  }

  @Benchmark
  @OperationsPerInvocation(ANDS * INSTANCES)
  public NativeBuffer evaluate() {
    HalfGates.evaluate(program(), INSTANCES, slots, sessionKey, 0, tables);
    return slots;
  }

  private HalfGates.Circuit program() {
    return new HalfGates.Circuit(gates, circuit.gateCount(), circuit.slots());
  }

  @Benchmark
  @OperationsPerInvocation(TRANSFERS)
  public NativeBuffer transferSender() {
    OtExtension.treesSender(
        new OtExtension.Trees(TREE_BITS, treeKeys),
        delta,
        0,
        0,
        TRANSFERS / COLUMNS,
        request,
        labels);
    return labels;
  }

  @Benchmark
  @OperationsPerInvocation(TRANSFERS)
  public NativeBuffer transferReceiver() {
    OtExtension.treesReceiver(
        new OtExtension.Trees(TREE_BITS, treeKeys),
        0,
        0,
        TRANSFERS / COLUMNS,
        choices,
        request,
        labels);
    return labels;
  }
}
