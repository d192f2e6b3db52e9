package io.sotto.gc.garble;

import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.Traffic;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.gc.ot.OtTrees;

/**
 * How a run is cut up: blocks of instances that share keys, chunks of blocks that share a message.
 * Both parties compute it from the circuit, the number of instances and the trees of the transfers
 * alone.
 */
final class Chunks extends Pieces {
  /** Garbler to evaluator, once: session key S and the key of public labels, 16 bytes each. */
  static final MessageKind SESSION_KEYS = new MessageKind(19, "garbling keys");

  /**
   * Garbler to evaluator: the tables of each block and then the colours of each block's outputs.
   */
  static final MessageKind GARBLED_CHUNK = new MessageKind(20, "garbled chunk");

  /** Instances that share a gate's keys. SECURITY: twice as many cost one bit of the bound. */
  static final int MAX_BLOCK = 256;

  /** Bytes of tables and transfers that a chunk comes near to. AGREEMENT. */
  private static final int CHUNK_BYTES = 3 << 19;

  /** AGREEMENT. */
  private static final int MAX_CHUNK = 1 << 16;

  /** Chunks under way, if the channel takes the evaluator's messages for so many. AGREEMENT. */
  private static final int MAX_WINDOW = 4;

  private final Circuit circuit;
  private final OtTrees trees;

  Chunks(Circuit circuit, int instances, OtTrees trees) {
    super(instances, instancesPerChunk(circuit));
    this.circuit = circuit;
    this.trees = trees;
    int first = largest();
    if (messageBytes(circuit, first) > Channel.MAX_PAYLOAD_BYTES
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
    return fitting >= MAX_BLOCK ? fitting / MAX_BLOCK * MAX_BLOCK : Math.max(8, fitting / 8 * 8);
  }

  /** Lanes of the largest block. */
  int largestBlockLanes() {
    return LabelKernel.lanes(Math.min(MAX_BLOCK, largest()));
  }

  /** Blocks of a chunk. */
  static int blocks(int chunkSize) {
    return (chunkSize + MAX_BLOCK - 1) / MAX_BLOCK;
  }

  /** Instances of the block that starts there within a chunk. */
  static int blockSize(int chunkSize, int start) {
    return Math.min(MAX_BLOCK, chunkSize - start);
  }

  /** Transfers of a chunk of that many instances. */
  static int transfers(Circuit circuit, int size) {
    return Math.multiplyExact(circuit.evaluatorInputs(), LabelKernel.lanes(size));
  }

  static long tableBytes(Circuit circuit, int size) {
    return (long) circuit.andCount() * LabelKernel.TABLE_BYTES * size;
  }

  static long colourBytes(Circuit circuit, int size) {
    return (long) circuit.outputs() * LabelKernel.lanes(size) / 8;
  }

  static long messageBytes(Circuit circuit, int size) {
    return tableBytes(circuit, size) + colourBytes(circuit, size);
  }

  long requestBytes(int size) {
    return trees.requestBytes(transfers(circuit, size));
  }

  /** Bytes of the labels of a chunk's transfers. */
  static int transferLabelBytes(Circuit circuit, int size) {
    return CorrelatedOts.labelBytes(transfers(circuit, size));
  }

  /**
   * How many requests the evaluator sends before it receives: one, which can't block anybody, and
   * as many more as the channel takes for sure.
   */
  int window() {
    return window(Channel.HEADER_BYTES + requestBytes(largest()));
  }

  /** The same where the evaluator sends so many bytes in all for each chunk. */
  static int window(long bytesOfEvaluator) {
    return 1 + (int) Math.min(MAX_WINDOW - 1, Channel.BUFFERED_BYTES / bytesOfEvaluator);
  }

  /** What the evaluator sends, receives and waits for. */
  Traffic evaluatorTraffic() {
    long sent = 0;
    long received = 0;
    int chunks = count();
    if (chunks > 0) {
      int last = size(chunks - 1);
      long full = chunks - 1L;
      long header = Channel.HEADER_BYTES;
      sent = full * (header + requestBytes(largest())) + header + requestBytes(last);
      received =
          full * (header + messageBytes(circuit, largest())) + header + messageBytes(circuit, last);
    }
    // The first receive follows the first window of requests, each later one a request as long as
    // there are chunks left to ask for.
    long rounds = chunks == 0 ? 0 : 1 + Math.min(chunks - 1, Math.max(0, chunks - window()));
    return new Traffic(sent, received, rounds);
  }
}
