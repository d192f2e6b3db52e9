package io.sotto.gc.garble;

import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;

/**
 * The party that garbles. {@link Evaluator} is the other one; read them side by side.
 *
 * <p><b>Security.</b> For semi-honest parties. The evaluator learns the outputs and nothing else of
 * this side's inputs; this side learns nothing. Garbling is that of half gates (Zahur, Rosulek,
 * Evans: Two halves make a whole, 2015), with the hash that the package's description bounds.
 *
 * <p><i>This side's input labels are free.</i> Their active labels are public: the output of a
 * generator whose key both know. The zero label is set to {@code active + bit * delta}, and nothing
 * is sent for it. That is sound because garbling asks for no more of an active label than that it
 * be independent of the bit behind it and of delta, as the simulator of the half-gates proof picks
 * the active labels at random, publishes them, and lets delta be hidden by the hash alone. The
 * public key is drawn before and apart from inputs and delta, so the evaluator's view (active
 * labels, tables, colours) is the one of the standard scheme, in which the garbler draws the zero
 * label and sends the active one.
 *
 * <p><b>Threading.</b> One thread, the channel's.
 *
 * <p><b>Failure.</b> As {@link io.sotto.gc.correlation.Correlations}.
 */
public final class Garbler {
  private final GarblerCorrelations own;
  private final Circuit circuit;
  private final CircuitChunks chunks;

  private Garbler(GarblerCorrelations own, Circuit circuit, CircuitChunks chunks) {
    this.own = own;
    this.circuit = circuit;
    this.chunks = chunks;
  }

  /**
   * Garbles a circuit, chunk by chunk: receives the chunk's transfers, sends its tables.
   *
   * @param inputs this side's, a row for each input bit and a column for each instance
   */
  public static void garble(
      GarblerCorrelations own, Circuit circuit, int instances, BitMatrix inputs) {
    CircuitChunks chunks = new CircuitChunks(circuit, instances, own.trees());
    chunks.checkInputs("the garbler's", inputs, circuit.garblerInputs());
    if (chunks.count() > 0) {
      own.run(() -> new Garbler(own, circuit, chunks).garble(inputs));
    }
  }

  private void garble(BitMatrix inputs) {
    try (Scope run = new Scope()) {
      GarbledBlocks blocks = new GarbledBlocks(own, circuit, chunks.largestBlockLanes(), run);
      int largest = chunks.largest();
      NativeBuffer transferLabels =
          run.allocate(Math.max(1, CircuitChunks.transferLabelBytes(circuit, largest)));
      NativeBuffer message = run.allocate(CircuitChunks.messageBytes(circuit, largest));
      ByteBuffer transferBytes = transferLabels.bytes();

      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        int size = chunks.size(chunk);
        own.sender().extend(CircuitChunks.transfers(circuit, size), transferLabels);
        int transferAt = 0;
        long tableAt = 0;
        long colourAt = CircuitChunks.tableBytes(circuit, size);
        for (int start = 0; start < size; start += HashBlocks.LARGEST) {
          int n = HashBlocks.size(size, start);
          long tableBytes = CircuitChunks.tableBytes(circuit, n);
          blocks.garble(
              n,
              inputs,
              chunks.first(chunk) + start,
              transferBytes,
              transferAt,
              message.slice(tableAt, tableBytes));
          transferAt += circuit.evaluatorInputs() * LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
          tableAt += tableBytes;

          long colourBytes = CircuitChunks.colourBytes(circuit, n);
          blocks.colours(n, message.slice(colourAt, colourBytes));
          colourAt += colourBytes;
        }
        own.channel()
            .send(CircuitChunks.GARBLED_CHUNK, message.bytes().limit(Math.toIntExact(colourAt)));
      }
    }
  }
}
