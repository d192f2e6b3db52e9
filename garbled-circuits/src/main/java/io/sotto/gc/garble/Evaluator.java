package io.sotto.gc.garble;

import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.InputTransfers;
import io.sotto.gc.correlation.PackedMessage;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;

/**
 * The party that evaluates and learns the outputs. {@link Garbler} is the other one.
 *
 * <p><b>Security.</b> For semi-honest parties: the garbler learns nothing of this side's inputs and
 * outputs. It receives requests of the OT extension only.
 *
 * <p><b>Threading.</b> One thread, the channel's. No deadlock: the garbler sends a chunk only after
 * it has received the request for it, and this side, once it has sent its window of w requests,
 * sends one more only after a whole chunk has arrived. So whenever this side sends, at most w - 1
 * requests, the one being sent among them, are not yet received; a channel takes these without
 * blocking, as w is chosen such that they fit {@link io.sotto.channel.Channel#BUFFERED_BYTES}.
 * Hence this side never waits in send for a garbler that itself waits in send: it gets on to
 * receive, and the garbler goes on.
 *
 * <p><b>Failure.</b> As {@link io.sotto.gc.correlation.Correlations}; malformed chunks are a {@link
 * PeerViolationException}.
 */
public final class Evaluator {
  private final EvaluatorCorrelations own;
  private final Circuit circuit;
  private final CircuitChunks chunks;

  private Evaluator(EvaluatorCorrelations own, Circuit circuit, CircuitChunks chunks) {
    this.own = own;
    this.circuit = circuit;
    this.chunks = chunks;
  }

  /** What {@link #evaluate} sends, receives and waits for, exactly. */
  public static Traffic traffic(Circuit circuit, int instances, OtTrees trees) {
    return new CircuitChunks(circuit, instances, trees).evaluatorTraffic();
  }

  /**
   * Evaluates what the garbler garbles.
   *
   * @param inputs this side's, a row for each input bit and a column for each instance
   * @return the outputs, a row each; the caller closes it
   */
  public static BitMatrix evaluate(
      EvaluatorCorrelations own, Circuit circuit, int instances, BitMatrix inputs) {
    CircuitChunks chunks = new CircuitChunks(circuit, instances, own.trees());
    chunks.checkInputs("the evaluator's", inputs, circuit.evaluatorInputs());
    BitMatrix outputs = new BitMatrix(circuit.outputs(), instances);
    try {
      if (chunks.count() > 0) {
        own.run(() -> new Evaluator(own, circuit, chunks).evaluate(inputs, outputs));
      }
      return outputs;
    } catch (RuntimeException | Error e) {
      outputs.close();
      throw e;
    }
  }

  private void evaluate(BitMatrix inputs, BitMatrix outputs) {
    try (Scope scope = new Scope()) {
      GarbledBlocks blocks = new GarbledBlocks(own, circuit, chunks.largestBlockLanes(), scope);
      InputTransfers transfers = new InputTransfers(own, chunks, inputs, chunks.window(), scope);
      PackedMessage message =
          new PackedMessage(
              CircuitChunks.GARBLED_CHUNK, chunks.messageBytes(chunks.largest()), scope);
      NativeBuffer colours =
          scope.allocate((long) circuit.outputs() * chunks.largestBlockLanes() / 8);
      transfers.begin();
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        int size = chunks.size(chunk);
        message.receive(own.channel(), chunks.messageBytes(size));
        NativeBuffer tables = message.next(chunks.tableBytes(size));
        for (CircuitBlock block : chunks.blocks(chunk)) {
          blocks.evaluate(block, transfers.labels(chunk).bytes(), tables);
          blocks.colours(block, colours);
          ByteBuffer zeroColours = message.next(block.colourBytes()).bytes();
          decode(block.size(), colours, zeroColours, outputs, block.first());
        }
        transfers.finish(chunk);
      }
    }
  }

  /**
   * An output bit is the active label's colour plus the zero label's.
   *
   * @param zeroColours from the peer, a row for each output
   * @throws PeerViolationException if bits beyond the n instances are set
   */
  static void decode(
      int n, NativeBuffer colours, ByteBuffer zeroColours, BitMatrix outputs, int firstInstance) {
    int rowBytes = LabelKernel.lanes(n) / 8;
    int unused = n % 8 == 0 ? 0 : 0xff << (n % 8) & 0xff;
    ByteBuffer active = colours.bytes();
    ByteBuffer target = outputs.bytes();
    byte[] row = new byte[rowBytes];
    byte[] zero = new byte[rowBytes];
    for (int k = 0; k < outputs.rows(); k++) {
      active.get(row);
      zeroColours.get(zero);
      for (int i = 0; i < rowBytes; i++) {
        row[i] ^= zero[i];
      }
      if ((zero[rowBytes - 1] & unused) != 0) {
        throw new PeerViolationException("bits beyond the last instance are set");
      }
      target.put(k * outputs.rowBytes() + firstInstance / 8, row);
    }
  }
}
