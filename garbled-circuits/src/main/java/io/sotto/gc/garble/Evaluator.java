package io.sotto.gc.garble;

import io.sotto.gc.channel.Channel;
import io.sotto.gc.channel.PeerViolationException;
import io.sotto.gc.channel.Traffic;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.internal.GateProgram;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.ProductKernel;
import io.sotto.gc.internal.ReluKernel;
import io.sotto.gc.ot.CorrelatedOtReceiver;
import io.sotto.gc.ot.CorrelatedOtSender;
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
 * outputs. This side sends nothing but the requests of the OT extension, in {@link #relu}
 * corrections that are masked by hashes which the garbler can't know, and by lookups bits that are
 * masked by fresh ones.
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
  private final Channel channel;
  private final LabelKernel kernel;
  private final OtTrees trees;
  private final Scope scope = new Scope();
  private final NativeBuffer sessionKey;
  private final NativeBuffer labelKey;
  private final CorrelatedOtReceiver transfers;
  private final NativeBuffer reverseDelta;
  private final CorrelatedOtSender reverseTransfers;
  private final FreshBits freshBits;
  private final Once once = new Once();
  private boolean failed;

  private Evaluator(Channel channel, SecureRandom random, LabelKernel kernel, OtTrees trees) {
    this.channel = channel;
    this.kernel = kernel;
    this.trees = trees;
    try {
      sessionKey = scope.allocate(LabelKernel.LABEL_BYTES);
      labelKey = scope.allocate(LabelKernel.LABEL_BYTES);
      transfers = scope.own(SoftSpokenReceiver.open(channel, random, kernel, trees));
      ByteBuffer keys = ByteBuffer.allocate(2 * LabelKernel.LABEL_BYTES);
      channel.receive(Chunks.SESSION_KEYS, keys);
      sessionKey.bytes().put(0, keys, 0, LabelKernel.LABEL_BYTES);
      labelKey.bytes().put(0, keys, LabelKernel.LABEL_BYTES, LabelKernel.LABEL_BYTES);
      reverseDelta = FreshBits.block(random, scope);
      reverseTransfers =
          scope.own(SoftSpokenSender.open(channel, random, kernel, trees, reverseDelta));
      freshBits = new FreshBits(random, kernel, scope);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
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
    return new Evaluator(channel, random, kernel, trees);
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
    Chunks chunks = new Chunks(circuit, instances, trees);
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
   * Computes max(0, a + b mod 2^m) as shares modulo 2^L, see {@link ShareRelu}.
   *
   * @param shares this side's b, a number below 2^m for each instance
   * @param results receives this side's share for each instance
   */
  public void relu(ShareRelu relu, int instances, NativeBuffer shares, NativeBuffer results) {
    relu.check(instances, shares, results);
    begin();
    new ReluEvaluator(this, relu, instances).run(shares, results);
    failed = false;
  }

  /** The same by lookups, see {@link LookupRelu}. */
  public void relu(LookupRelu lookup, int instances, NativeBuffer shares, NativeBuffer results) {
    lookup.relu().check(instances, shares, results);
    begin();
    new LookupReluEvaluator(this, lookup, instances).run(shares, results);
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
    new ProductEvaluator(this, product, instances).run(numbers, results);
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
      GateProgram program = GateProgram.of(circuit, run);
      int largest = chunks.largest();
      NativeBuffer slots =
          run.allocate(
              (long) circuit.slots() * chunks.largestBlockLanes() * LabelKernel.LABEL_BYTES);
      NativeBuffer[] transferLabels = new NativeBuffer[window];
      for (int i = 0; i < window; i++) {
        transferLabels[i] = run.allocate(Math.max(1, Chunks.transferLabelBytes(circuit, largest)));
      }
      NativeBuffer choices =
          run.allocate(Math.max(1, CorrelatedOts.choiceBytes(Chunks.transfers(circuit, largest))));
      NativeBuffer message = run.allocate(Chunks.messageBytes(circuit, largest));
      NativeBuffer colours =
          run.allocate((long) circuit.outputs() * chunks.largestBlockLanes() / 8);
      ByteBuffer slotBytes = slots.bytes();

      for (int chunk = 0; chunk < window; chunk++) {
        request(circuit, chunks, chunk, inputs, choices, transferLabels[chunk]);
      }
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        int size = chunks.size(chunk);
        int messageBytes = Math.toIntExact(Chunks.messageBytes(circuit, size));
        channel.receive(Chunks.GARBLED_CHUNK, message.bytes().limit(messageBytes));
        ByteBuffer transferBytes = transferLabels[chunk % window].bytes();
        int transferAt = 0;
        long tableAt = 0;
        int colourAt = Math.toIntExact(Chunks.tableBytes(circuit, size));
        for (int start = 0; start < size; start += Chunks.MAX_BLOCK) {
          int n = Chunks.blockSize(size, start);
          long tableBytes = Chunks.tableBytes(circuit, n);
          evaluateBlock(
              program,
              n,
              transferBytes,
              transferAt,
              slots,
              slotBytes,
              message.slice(tableAt, tableBytes));
          transferAt += circuit.evaluatorInputs() * LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
          tableAt += tableBytes;

          kernel.colours(program, n, slots, colours);
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

  /**
   * Evaluates the circuit for n instances.
   *
   * @param transfers the active labels of this side's inputs, from transferAt on
   * @param slotBytes a view of the slots, which hold the outputs' active labels afterwards
   */
  void evaluateBlock(
      GateProgram program,
      int n,
      ByteBuffer transfers,
      int transferAt,
      NativeBuffer slots,
      ByteBuffer slotBytes,
      NativeBuffer tables) {
    Circuit circuit = program.circuit();
    int lanes = LabelKernel.lanes(n);
    int otherLabels = circuit.garblerInputs() * lanes;
    kernel.generate(labelKey, once.labels(otherLabels), otherLabels, slots);
    int ownBytes = circuit.evaluatorInputs() * lanes * LabelKernel.LABEL_BYTES;
    slotBytes.put(otherLabels * LabelKernel.LABEL_BYTES, transfers, transferAt, ownBytes);
    kernel.evaluate(program, n, slots, sessionKey, once.gateIds(2L * circuit.andCount()), tables);
  }

  /** The numbers that this session has used. */
  Once once() {
    return once;
  }

  FreshBits freshBits() {
    return freshBits;
  }

  OtTrees trees() {
    return trees;
  }

  Channel channel() {
    return channel;
  }

  /** Transfers in which this side chooses. */
  CorrelatedOtReceiver transfers() {
    return transfers;
  }

  NativeBuffer sessionKey() {
    return sessionKey;
  }

  LabelKernel kernel() {
    return kernel;
  }

  /** Products of a chunk, of which each block takes an id. */
  ProductKernel.Run productRun(int width, int size, long firstId) {
    return new ProductKernel.Run(width, size, Chunks.MAX_BLOCK, sessionKey, firstId);
  }

  ReluKernel.Keys keys() {
    return new ReluKernel.Keys(sessionKey, labelKey);
  }

  /** The offset of the transfers in which this side is the sender. */
  NativeBuffer reverseDelta() {
    return reverseDelta;
  }

  /** Transfers in which this side holds the offset. */
  CorrelatedOtSender reverseTransfers() {
    return reverseTransfers;
  }

  /** Sends a chunk's choices, block by block and row by row. */
  void request(
      Circuit circuit,
      Chunks chunks,
      int chunk,
      BitMatrix inputs,
      NativeBuffer choices,
      NativeBuffer labels) {
    int size = chunks.size(chunk);
    ChoiceBits.write(inputs, chunks.first(chunk), size, choices);
    transfers.extend(Chunks.transfers(circuit, size), choices, labels);
    channel.flush();
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

  /** Wipes the state; the channel stays open. */
  @Override
  public void close() {
    failed = true;
    scope.close();
  }
}
