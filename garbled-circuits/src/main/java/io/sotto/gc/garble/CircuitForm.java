package io.sotto.gc.garble;

import io.sotto.channel.Channel;
import io.sotto.channel.MessageKind;
import io.sotto.channel.Traffic;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.circuit.ShareCircuits;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.PackKernel;

/**
 * A {@link ShareFunction} with its carries in a garbled circuit. {@link CircuitGarbler} and {@link
 * CircuitEvaluator} are the two sides.
 *
 * <p>The circuit gives the carry out of the dropped bits and the sign, or the carry out of the top;
 * they are not decoded: each is the sum of the colour of the zero label, which the garbler knows,
 * and of the colour of the active one, which the evaluator does, and with their labels come {@link
 * io.sotto.gc.internal.ProductKernel products}. For the one whose factor the evaluator knows it is
 * the sender of correlated transfers.
 */
public record CircuitForm(ShareFunction function) {
  /** Evaluator to garbler, a chunk: the corrections of the sign with its part of y. */
  static final MessageKind PRODUCTS = new MessageKind(21, "products");

  /** Its outputs are the carry within, if there is one, and the last bit. */
  public Circuit circuit() {
    if (function.isRelu()) {
      return ShareCircuits.carryAndSign(function.shareBits(), function.dropped());
    }
    return function.isExtended()
        ? ShareCircuits.carryAndOverflow(function.shareBits(), function.dropped())
        : ShareCircuits.carry(function.dropped());
  }

  /** The output that is the carry out of the dropped bits, if there are more. */
  static final int CARRY_WITHIN = 0;

  /** The output that is the sign, or the last carry. */
  int lastOutput() {
    return function.carriesWithin() ? 1 : 0;
  }

  /** Bytes of the garbler's message for a chunk: tables, then up to three runs of corrections. */
  long messageBytes(CircuitChunks chunks, int size) {
    long bytes = chunks.tableBytes(size) + PackKernel.packedBytes(size, function.lastProductBits());
    if (function.carriesWithin()) {
      bytes += PackKernel.packedBytes(size, function.wideBits());
    }
    return function.multipliesSigns()
        ? bytes + PackKernel.packedBytes(size, function.extraBits())
        : bytes;
  }

  /** Bytes of the evaluator's corrections. */
  long productBytes(int size) {
    return PackKernel.packedBytes(size, function.wideBits());
  }

  /** Chunks under way. */
  int window(CircuitChunks chunks) {
    long request = chunks.requestBytes(chunks.largest());
    long bytes = 2L * Channel.HEADER_BYTES + request + productBytes(chunks.largest());
    return chunks.window(bytes);
  }

  /** What the evaluator sends, receives and waits for, exactly. */
  public Traffic evaluatorTraffic(int instances, OtTrees trees) {
    CircuitChunks chunks = new CircuitChunks(circuit(), instances, trees);
    long sent = 0;
    long received = 0;
    for (int chunk = 0; chunk < chunks.count(); chunk++) {
      int size = chunks.size(chunk);
      sent += Channel.HEADER_BYTES + chunks.requestBytes(size);
      received += Channel.HEADER_BYTES + messageBytes(chunks, size);
      if (function.isRelu()) {
        sent += Channel.HEADER_BYTES + productBytes(size);
        received += Channel.HEADER_BYTES + trees.requestBytes(size);
      }
    }
    long rounds = function.isRelu() ? chunks.count() : chunks.rounds(window(chunks));
    return new Traffic(sent, received, rounds);
  }
}
