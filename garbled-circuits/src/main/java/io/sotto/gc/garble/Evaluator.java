package io.sotto.gc.garble;

import io.sotto.channel.Channel;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.ot.SoftSpokenReceiver;
import io.sotto.gc.ot.SoftSpokenSender;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * The party that evaluates and learns the outputs. {@link Garbler} is the other one.
 *
 * <p><b>Security.</b> For semi-honest parties: the garbler learns nothing of this side's inputs and
 * outputs. Circuits take requests of the OT extension only; functions of shares, see there.
 *
 * <p><b>Threading.</b> One thread, the channel's. No deadlock: the garbler sends a chunk only after
 * it has received the request for it, and this side, once it has sent its window of w requests,
 * sends one more only after a whole chunk has arrived. So whenever this side sends, at most w - 1
 * requests, the one being sent among them, are not yet received; a channel takes these without
 * blocking, as w is chosen such that they fit {@link Channel#BUFFERED_BYTES}. Hence this side never
 * waits in send for a garbler that itself waits in send: it gets on to receive, and the garbler
 * goes on.
 *
 * <p><b>Failure.</b> What {@link Channel} throws; malformed chunks are a {@link
 * PeerViolationException}. After a failed run this object refuses to work.
 */
public final class Evaluator implements AutoCloseable {
  private final Correlations own;
  private boolean failed;

  private Evaluator(Correlations own) {
    this.own = own;
  }

  /** Runs the base transfers with a {@link Garbler} that is being opened at the other end. */
  public static Evaluator open(Channel channel, SecureRandom random, OtTrees trees) {
    return open(channel, random, LabelKernel.fastest(), trees);
  }

  /** The same with the usual trees. */
  public static Evaluator open(Channel channel, SecureRandom random) {
    return open(channel, random, OtTrees.DEFAULT);
  }

  static Evaluator open(Channel channel, SecureRandom random, LabelKernel kernel, OtTrees trees) {
    return new Evaluator(Correlations.open(Side.EVALUATOR, channel, random, kernel, trees));
  }

  /** What {@link #open} sends, receives and waits for. */
  public static Traffic setupTraffic() {
    return SoftSpokenReceiver.setupTraffic()
        .plus(new Traffic(0, Channel.HEADER_BYTES + 2L * LabelKernel.LABEL_BYTES, 1))
        .plus(SoftSpokenSender.setupTraffic());
  }

  /** What a {@link #run} sends, receives and waits for, exactly. */
  public static Traffic traffic(Circuit circuit, int instances, OtTrees trees) {
    return new Chunks(circuit, instances, trees).evaluatorTraffic();
  }

  /**
   * Evaluates what the garbler garbles.
   *
   * @param inputs this side's, a row for each input bit and a column for each instance
   * @return the outputs, a row each; the caller closes it
   */
  public BitMatrix run(Circuit circuit, int instances, BitMatrix inputs) {
    Chunks chunks = new Chunks(circuit, instances, own.trees());
    Inputs.check("the evaluator's", inputs, circuit.evaluatorInputs(), instances);
    begin();
    BitMatrix outputs = new BitMatrix(circuit.outputs(), instances);
    try {
      if (chunks.count() > 0) {
        evaluate(circuit, chunks, inputs, outputs);
      }
    } catch (RuntimeException e) {
      outputs.close();
      throw e;
    }
    failed = false;
    return outputs;
  }

  /**
   * Computes a function of a + b as shares, with a circuit.
   *
   * @param shares this side's b for each instance
   * @param results receives this side's share for each instance; memory apart
   */
  public void compute(CircuitForm form, int instances, NativeBuffer shares, NativeBuffer results) {
    form.function().check(instances, shares, results);
    begin();
    new CircuitEvaluator(own, form, instances).run(shares, results);
    failed = false;
  }

  /** The same by lookups. */
  public void compute(LookupForm form, int instances, NativeBuffer shares, NativeBuffer results) {
    form.function().check(instances, shares, results);
    begin();
    new LookupSide(own, form, instances).run(shares, results);
    failed = false;
  }

  /**
   * Computes f g modulo 2^L as shares, see {@link ShareProduct}.
   *
   * @param numbers this side's g for each instance, of which the low L bits count
   * @param results receives this side's share for each instance; memory apart
   */
  public void multiply(
      ShareProduct product, int instances, NativeBuffer numbers, NativeBuffer results) {
    product.check(instances, numbers, results);
    begin();
    new ProductEvaluator(own, product, instances).run(numbers, results);
    failed = false;
  }

  private void begin() {
    if (failed) {
      throw new IllegalStateException("this evaluator failed or was closed; open a new session");
    }
    failed = true;
  }

  private void evaluate(Circuit circuit, Chunks chunks, BitMatrix inputs, BitMatrix outputs) {
    int window = Math.min(chunks.window(), chunks.count());
    try (Scope run = new Scope()) {
      GarbledBlocks blocks = new GarbledBlocks(own, circuit, chunks.largestBlockLanes(), run);
      int largest = chunks.largest();
      NativeBuffer[] transferLabels = new NativeBuffer[window];
      for (int i = 0; i < window; i++) {
        transferLabels[i] = run.allocate(Math.max(1, Chunks.transferLabelBytes(circuit, largest)));
      }
      NativeBuffer choices =
          run.allocate(Math.max(1, CorrelatedOts.choiceBytes(Chunks.transfers(circuit, largest))));
      NativeBuffer message = run.allocate(Chunks.messageBytes(circuit, largest));
      NativeBuffer colours =
          run.allocate((long) circuit.outputs() * chunks.largestBlockLanes() / 8);

      for (int chunk = 0; chunk < window; chunk++) {
        request(circuit, chunks, chunk, inputs, choices, transferLabels[chunk]);
      }
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        int size = chunks.size(chunk);
        int messageBytes = Math.toIntExact(Chunks.messageBytes(circuit, size));
        own.channel().receive(Chunks.GARBLED_CHUNK, message.bytes().limit(messageBytes));
        ByteBuffer transferBytes = transferLabels[chunk % window].bytes();
        int transferAt = 0;
        long tableAt = 0;
        int colourAt = Math.toIntExact(Chunks.tableBytes(circuit, size));
        for (int start = 0; start < size; start += Chunks.MAX_BLOCK) {
          int n = Chunks.blockSize(size, start);
          long tableBytes = Chunks.tableBytes(circuit, n);
          blocks.evaluate(n, transferBytes, transferAt, message.slice(tableAt, tableBytes));
          transferAt += circuit.evaluatorInputs() * LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
          tableAt += tableBytes;

          blocks.colours(n, colours);
          decode(
              n, colours, message.bytes().position(colourAt), outputs, chunks.first(chunk) + start);
          colourAt += Math.toIntExact(Chunks.colourBytes(circuit, n));
        }
        if (chunk + window < chunks.count()) {
          request(circuit, chunks, chunk + window, inputs, choices, transferLabels[chunk % window]);
        }
      }
    }
  }

  /** Sends a chunk's choices, block by block and row by row. */
  private void request(
      Circuit circuit,
      Chunks chunks,
      int chunk,
      BitMatrix inputs,
      NativeBuffer choices,
      NativeBuffer labels) {
    int size = chunks.size(chunk);
    ChoiceBits.write(inputs, chunks.first(chunk), size, choices);
    own.receiver().extend(Chunks.transfers(circuit, size), choices, labels);
    own.channel().flush();
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

  /** For tests that count what is used. */
  Correlations correlations() {
    return own;
  }

  /** Wipes the state; the channel stays open. */
  @Override
  public void close() {
    failed = true;
    own.close();
  }
}
