package io.sotto.gc.garble;

import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.Traffic;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.correlation.ChunkedInstances;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.gc.ot.OtTrees;
import java.util.ArrayList;
import java.util.List;

/**
 * How the instances of a circuit are cut up: blocks that share keys, chunks of blocks that share a
 * message. Both parties compute it from the circuit, the number of instances and the trees of the
 * transfers alone.
 */
final class CircuitChunks extends ChunkedInstances {
  /**
   * Garbler to evaluator: the tables of each block and then the colours of each block's outputs.
   */
  static final MessageKind GARBLED_CHUNK = new MessageKind(20, "garbled chunk");

  /** Bytes of tables and transfers that a chunk comes near to. AGREEMENT. */
  private static final int CHUNK_BYTES = 3 << 19;

  /** AGREEMENT. */
  private static final int MAX_CHUNK = 1 << 16;

  private final Circuit circuit;
  private final OtTrees trees;

  CircuitChunks(Circuit circuit, int instances, OtTrees trees) {
    super(instances, instancesPerChunk(circuit));
    this.circuit = circuit;
    this.trees = trees;
    int first = largest();
    if (messageBytes(first) > Channel.MAX_PAYLOAD_BYTES
        || requestBytes(first) > Channel.MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          circuit
              + " is too large: "
              + first
              + " instances of it don't fit a message of "
              + Channel.MAX_PAYLOAD_BYTES
              + " bytes; cut it into smaller circuits");
    }
  }

  /**
   * AGREEMENT. Whole blocks of 256 where these stay small, else a single smaller block, of whole
   * bytes of bits.
   */
  private static int instancesPerChunk(Circuit circuit) {
    long bytes =
        (long) circuit.andCount() * LabelKernel.TABLE_BYTES
            + (long) circuit.evaluatorInputs() * LabelKernel.LABEL_BYTES
            + 1;
    int fitting = (int) Math.min(MAX_CHUNK, CHUNK_BYTES / bytes);
    return fitting >= HashBlocks.LARGEST
        ? fitting / HashBlocks.LARGEST * HashBlocks.LARGEST
        : Math.max(8, fitting / 8 * 8);
  }

  /** Checks the bits that a party is given: a row for each input, a column for each instance. */
  void checkInputs(String whose, BitMatrix inputs, int rows) {
    if (inputs.rows() != rows || inputs.columns() != instances()) {
      throw new IllegalArgumentException(
          "%s inputs are %d x %d bits; the circuit and the instances need %d x %d"
              .formatted(whose, inputs.rows(), inputs.columns(), rows, instances()));
    }
  }

  /** The blocks of a chunk. */
  List<CircuitBlock> blocks(int chunk) {
    List<CircuitBlock> blocks = new ArrayList<>();
    int size = size(chunk);
    for (int start = 0; start < size; start += HashBlocks.LARGEST) {
      int first = first(chunk) + start;
      blocks.add(new CircuitBlock(circuit, first, start, HashBlocks.size(size, start)));
    }
    return blocks;
  }

  /** Lanes of the largest block. */
  int largestBlockLanes() {
    return LabelKernel.lanes(Math.min(HashBlocks.LARGEST, largest()));
  }

  /** Transfers of a chunk of that many instances. */
  int transfers(int size) {
    return Math.multiplyExact(circuit.evaluatorInputs(), LabelKernel.lanes(size));
  }

  static long tableBytes(Circuit circuit, int size) {
    return (long) circuit.andCount() * LabelKernel.TABLE_BYTES * size;
  }

  static long colourBytes(Circuit circuit, int size) {
    return (long) circuit.outputs() * LabelKernel.lanes(size) / 8;
  }

  long tableBytes(int size) {
    return tableBytes(circuit, size);
  }

  /** Bytes of a chunk: of its tables, and of its blocks' colours. */
  long messageBytes(int size) {
    return tableBytes(circuit, size) + colourBytes(circuit, size);
  }

  long requestBytes(int size) {
    return trees.requestBytes(transfers(size));
  }

  /** Bytes of the labels of a chunk's transfers. */
  int transferLabelBytes(int size) {
    return CorrelatedOts.labelBytes(transfers(size));
  }

  /** Chunks that the evaluator asks for before it receives the first. */
  int window() {
    return window(Channel.HEADER_BYTES + requestBytes(largest()));
  }

  /** What the evaluator sends, receives and waits for. */
  Traffic evaluatorTraffic() {
    long sent = 0;
    long received = 0;
    for (int chunk = 0; chunk < count(); chunk++) {
      sent += Channel.HEADER_BYTES + requestBytes(size(chunk));
      received += Channel.HEADER_BYTES + messageBytes(size(chunk));
    }
    return new Traffic(sent, received, rounds(window()));
  }
}
