package io.sotto.gc.garble;

import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.correlation.PackedMessage;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;

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
    try (Scope scope = new Scope()) {
      int largest = chunks.largest();
      GarbledBlocks blocks = new GarbledBlocks(own, circuit, chunks.largestBlockLanes(), scope);
      NativeBuffer labels = scope.allocate(Math.max(1, chunks.transferLabelBytes(largest)));
      PackedMessage message =
          new PackedMessage(CircuitChunks.GARBLED_CHUNK, chunks.messageBytes(largest), scope);
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        int size = chunks.size(chunk);
        own.sender().extend(chunks.transfers(size), labels);
        message.begin();
        NativeBuffer tables = message.next(chunks.tableBytes(size));
        for (CircuitBlock block : chunks.blocks(chunk)) {
          blocks.garble(block, inputs, labels.bytes(), tables);
          blocks.colours(block, message.next(block.colourBytes()));
        }
        message.send(own.channel());
      }
    }
  }
}
