package io.sotto.gc.garble;

import io.sotto.gc.channel.Channel;
import io.sotto.gc.channel.MessageKind;
import io.sotto.gc.channel.Traffic;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.circuit.ShareCircuits;
import io.sotto.gc.internal.GateProgram;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.ReluKernel;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;

/**
 * max(0, y) on additive shares with a circuit for the sign only: y = a + b mod 2^m, read in two's
 * complement, goes in, shares modulo 2^L of max(0, y) come out. {@link ReluGarbler} and {@link
 * ReluEvaluator} are the two sides.
 *
 * <p>Let a' and b' be a and b in two's complement, s and t their top bits and p = [y &gt;= 0]. Then
 *
 * <pre>   max(0, y) = p a' + p b' + 2^m t (p s)   over the integers:</pre>
 *
 * if p = 1, then y = a' + b' + 2^m k, where k = -1 would need a' + b' &gt;= 2^(m-1) and give y &lt;
 * 0, so k is 0 or 1; k = 1 means a' + b' &lt; -2^(m-1), for which both must be negative; and if
 * both are, then k = 0 would give y &lt; 0. So k = s t.
 *
 * <p>The circuit gives p as two colours, neither of which is sent: the garbler has that of the zero
 * label, pi, the evaluator that of its active label, c, and p = pi + c mod 2. All else are four
 * products of a bit with a number that the other side knows:
 *
 * <ul>
 *   <li>p a' (modulo 2^L) and p s (modulo 2^(L-m)), from the two halves of one hash of p's label;
 *   <li>t z for z the garbler's share of p s, by t's input label; the evaluator multiplies its own
 *       share by t itself;
 *   <li>p b' (modulo 2^L), by a transfer in the other direction, with pi as choice.
 * </ul>
 *
 * <p>The circuit may leave out the t lowest bits of both shares, the garbler's being rounded to the
 * nearest multiple of 2^t and the evaluator's down: t ANDs and t transfers less. Then p may be
 * wrong, and the result y for 0 or 0 for y, but only if -2^(t-1) &lt;= y &lt;= 2^(t-1) - 2; the
 * equation above holds all the same, as long as |y| &lt;= {@link #largest()}. {@code
 * docs/protocol.md} has the proof.
 *
 * @param bits m
 * @param dropped t
 * @param wideBits L
 */
public record ShareRelu(int bits, int dropped, int wideBits) {
  /** Evaluator to garbler, a chunk: corrections of the products whose factor it knows. */
  static final MessageKind PRODUCTS = new MessageKind(21, "product corrections");

  private static final int MAX_BITS = 62;

  public ShareRelu {
    if (bits < 2 || wideBits < bits || wideBits > MAX_BITS) {
      throw new IllegalArgumentException(
          "a relu of %d bits to %d; allowed are 2 to %d, the second not below the first"
              .formatted(bits, wideBits, MAX_BITS));
    }
    if (dropped < 0 || dropped > bits - 2) {
      throw new IllegalArgumentException(
          "a relu that drops %d of %d bits; allowed are 0 to %d"
              .formatted(dropped, bits, bits - 2));
    }
  }

  /** An exact one. */
  public ShareRelu(int bits, int wideBits) {
    this(bits, 0, wideBits);
  }

  /** m - t: bits of the shares that the circuit gets. */
  public int compared() {
    return bits - dropped;
  }

  /** The largest magnitude of y for which the result is as said. */
  public long largest() {
    return (1L << (bits - 1)) - 1 - (dropped == 0 ? 0 : 3L << (dropped - 1));
  }

  /** What comes out for y if the garbler's share is a. */
  public long result(long y, long a) {
    long half = (1L << dropped) >> 1;
    long b = (y - a) & ((1L << bits) - 1);
    long sum = ((a + half) >>> dropped) + (b >>> dropped);
    return (sum >>> (compared() - 1) & 1) == 0 ? y : 0;
  }

  /** The largest error of a result. */
  public long tolerance() {
    return (1L << dropped) >> 1;
  }

  /** The circuit of one instance: (m-t-1) ANDs. */
  public Circuit circuit() {
    return ShareCircuits.notNegative(compared());
  }

  /** What the kernel has to know. */
  ReluKernel.Shape shape(GateProgram program) {
    return new ReluKernel.Shape(program, bits, dropped, wideBits, Chunks.MAX_BLOCK);
  }

  /** Memory for the corrections of a chunk. */
  static ReluKernel.Corrections corrections(Scope scope, int size) {
    return new ReluKernel.Corrections(
        scope.allocateLongs(size), scope.allocateLongs(size), scope.allocateLongs(size));
  }

  /** Labels of the garbler's inputs of a chunk. */
  long publicLabels(int size) {
    return (long) compared() * LabelKernel.lanes(size);
  }

  /** Ids of hashes that a chunk takes. */
  long hashIds(Circuit circuit, int size) {
    return Chunks.blocks(size) * (2L * circuit.andCount() + ReluKernel.HASH_IDS);
  }

  /** L - m: what may carry beyond the narrow share. */
  int extraBits() {
    return wideBits - bits;
  }

  /** Bytes of the garbler's message for a chunk: tables, then three runs of corrections. */
  long messageBytes(Circuit circuit, int size) {
    return Chunks.tableBytes(circuit, size) + productBytes(size) + 2 * extraBytes(size);
  }

  /** Bytes of packed numbers of L bits. */
  long productBytes(int size) {
    return PackKernel.packedBytes(size, wideBits);
  }

  /** Bytes of packed numbers of L - m bits. */
  long extraBytes(int size) {
    return extraBits() == 0 ? 0 : PackKernel.packedBytes(size, extraBits());
  }

  /** Chunks under way. */
  int window(Chunks chunks) {
    long request = chunks.requestBytes(chunks.largest());
    return Chunks.window(2L * Channel.HEADER_BYTES + request + productBytes(chunks.largest()));
  }

  /** What the evaluator sends, receives and waits for, exactly. */
  public Traffic evaluatorTraffic(int instances, OtTrees trees) {
    Circuit circuit = circuit();
    Chunks chunks = new Chunks(circuit, instances, trees);
    long sent = 0;
    long received = 0;
    for (int chunk = 0; chunk < chunks.count(); chunk++) {
      int size = chunks.size(chunk);
      sent += 2L * Channel.HEADER_BYTES + chunks.requestBytes(size) + productBytes(size);
      received +=
          2L * Channel.HEADER_BYTES + messageBytes(circuit, size) + trees.requestBytes(size);
    }
    return new Traffic(sent, received, chunks.count());
  }

  /** Checks the buffers that a side is given. */
  void check(int instances, NativeBuffer shares, NativeBuffer results) {
    long bytes = Math.multiplyExact((long) instances, Long.BYTES);
    if (instances < 0 || shares.size() < bytes || results.size() < bytes) {
      throw new IllegalArgumentException(
          "%d instances with buffers of %d and %d bytes; give 8 bytes for each instance"
              .formatted(instances, shares.size(), results.size()));
    }
  }
}
