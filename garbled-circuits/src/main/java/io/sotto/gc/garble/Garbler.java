package io.sotto.gc.garble;

import io.sotto.gc.channel.Channel;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.internal.GateProgram;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.ProductKernel;
import io.sotto.gc.internal.ReluKernel;
import io.sotto.gc.ot.CorrelatedOtReceiver;
import io.sotto.gc.ot.CorrelatedOtSender;
import io.sotto.gc.ot.OtTrees;
import io.sotto.gc.ot.SoftSpokenReceiver;
import io.sotto.gc.ot.SoftSpokenSender;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

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
 * <p><b>Failure.</b> What {@link Channel} throws. After a failed run this object refuses to work,
 * since the two sides may no longer agree on what has been used.
 */
public final class Garbler implements AutoCloseable {
  private final Channel channel;
  private final LabelKernel kernel;
  private final OtTrees trees;
  private final Scope scope = new Scope();
  private final NativeBuffer delta;
  private final NativeBuffer sessionKey;
  private final NativeBuffer labelKey;
  private final CorrelatedOtSender transfers;
  private final CorrelatedOtReceiver reverseTransfers;
  private final FreshBits freshBits;
  private final Once once = new Once();
  private boolean failed;

  private Garbler(Channel channel, SecureRandom random, LabelKernel kernel, OtTrees trees) {
    this.channel = channel;
    this.kernel = kernel;
    this.trees = trees;
    try {
      delta = FreshBits.block(random, scope);
      // Point-and-permute: the two labels of a wire have different colours.
      delta.bytes().put(0, (byte) (delta.bytes().get(0) | 1));
      sessionKey = FreshBits.block(random, scope);
      labelKey = FreshBits.block(random, scope);
      transfers = scope.own(SoftSpokenSender.open(channel, random, kernel, trees, delta));
      ByteBuffer keys = ByteBuffer.allocate(2 * LabelKernel.LABEL_BYTES);
      keys.put(sessionKey.bytes()).put(labelKey.bytes()).flip();
      channel.send(Chunks.SESSION_KEYS, keys);
      reverseTransfers = scope.own(SoftSpokenReceiver.open(channel, random, kernel, trees));
      freshBits = new FreshBits(random, kernel, scope);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** Runs the base transfers with an {@link Evaluator} that is being opened at the other end. */
  public static Garbler open(Channel channel, SecureRandom random, OtTrees trees) {
    return open(channel, random, LabelKernel.fastest(), trees);
  }

  /** The same with the usual trees. */
  public static Garbler open(Channel channel, SecureRandom random) {
    return open(channel, random, OtTrees.DEFAULT);
  }

  static Garbler open(Channel channel, SecureRandom random, LabelKernel kernel, OtTrees trees) {
    return new Garbler(channel, random, kernel, trees);
  }

  /**
   * Garbles a circuit, chunk by chunk: receives the chunk's transfers, sends its tables.
   *
   * @param inputs this side's, a row for each input bit and a column for each instance
   */
  public void run(Circuit circuit, int instances, BitMatrix inputs) {
    Chunks chunks = new Chunks(circuit, instances, trees);
    Inputs.check("the garbler's", inputs, circuit.garblerInputs(), instances);
    guarded(
        () -> {
          if (chunks.count() > 0) {
            garble(circuit, chunks, inputs);
          }
        });
  }

  /**
   * Computes max(0, a + b mod 2^m) as shares modulo 2^L, see {@link ShareRelu}.
   *
   * @param shares this side's a, a number below 2^m for each instance
   * @param results receives this side's share for each instance
   */
  public void relu(ShareRelu relu, int instances, NativeBuffer shares, NativeBuffer results) {
    relu.check(instances, shares, results);
    guarded(() -> new ReluGarbler(this, relu, instances).run(shares, results));
  }

  /** The same by lookups, see {@link LookupRelu}. */
  public void relu(LookupRelu lookup, int instances, NativeBuffer shares, NativeBuffer results) {
    lookup.relu().check(instances, shares, results);
    guarded(() -> new LookupReluGarbler(this, lookup, instances).run(shares, results));
  }

  /**
   * Computes f g modulo 2^L as shares, see {@link ShareProduct}.
   *
   * @param factors this side's f for each instance
   * @param results receives this side's share for each instance; memory apart
   */
  public void multiply(
      ShareProduct product, int instances, NativeBuffer factors, NativeBuffer results) {
    product.check(instances, factors, results);
    guarded(() -> new ProductGarbler(this, product, instances).run(factors, results));
  }

  private void guarded(Runnable run) {
    if (failed) {
      throw new IllegalStateException("this garbler failed or was closed; open a new session");
    }
    failed = true;
    run.run();
    channel.flush();
    failed = false;
  }

  private void garble(Circuit circuit, Chunks chunks, BitMatrix inputs) {
    try (Scope run = new Scope()) {
      GateProgram program = GateProgram.of(circuit, run);
      int largest = chunks.largest();
      NativeBuffer slots =
          run.allocate(
              (long) circuit.slots() * chunks.largestBlockLanes() * LabelKernel.LABEL_BYTES);
      NativeBuffer transferLabels =
          run.allocate(Math.max(1, Chunks.transferLabelBytes(circuit, largest)));
      NativeBuffer message = run.allocate(Chunks.messageBytes(circuit, largest));
      ByteBuffer slotBytes = slots.bytes();
      ByteBuffer transferBytes = transferLabels.bytes();

      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        int size = chunks.size(chunk);
        transfers.extend(Chunks.transfers(circuit, size), transferLabels);
        int transferAt = 0;
        long tableAt = 0;
        long colourAt = Chunks.tableBytes(circuit, size);
        for (int start = 0; start < size; start += Chunks.MAX_BLOCK) {
          int n = Chunks.blockSize(size, start);
          long tableBytes = Chunks.tableBytes(circuit, n);
          garbleBlock(
              program,
              n,
              inputs,
              chunks.first(chunk) + start,
              transferBytes,
              transferAt,
              slots,
              slotBytes,
              message.slice(tableAt, tableBytes));
          transferAt += circuit.evaluatorInputs() * LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
          tableAt += tableBytes;

          long colourBytes = Chunks.colourBytes(circuit, n);
          kernel.colours(program, n, slots, message.slice(colourAt, colourBytes));
          colourAt += colourBytes;
        }
        channel.send(Chunks.GARBLED_CHUNK, message.bytes().limit(Math.toIntExact(colourAt)));
      }
    }
  }

  /**
   * Garbles the circuit for n instances from one on.
   *
   * @param transfers the zero labels of the evaluator's inputs, from transferAt on
   * @param slotBytes a view of the slots, which hold the outputs' zero labels afterwards
   */
  void garbleBlock(
      GateProgram program,
      int n,
      BitMatrix inputs,
      int firstInstance,
      ByteBuffer transfers,
      int transferAt,
      NativeBuffer slots,
      ByteBuffer slotBytes,
      NativeBuffer tables) {
    Circuit circuit = program.circuit();
    int lanes = LabelKernel.lanes(n);
    int ownLabels = circuit.garblerInputs() * lanes;
    kernel.generate(labelKey, once.labels(ownLabels), ownLabels, slots);
    if (ownLabels > 0) {
      long firstByte = firstInstance / 8;
      NativeBuffer bits = inputs.memory().slice(firstByte, inputs.memory().size() - firstByte);
      kernel.addOffset(slots, circuit.garblerInputs(), lanes, bits, inputs.rowBytes(), delta);
    }
    int otherBytes = circuit.evaluatorInputs() * lanes * LabelKernel.LABEL_BYTES;
    slotBytes.put(ownLabels * LabelKernel.LABEL_BYTES, transfers, transferAt, otherBytes);
    kernel.garble(
        program, n, slots, delta, sessionKey, once.gateIds(2L * circuit.andCount()), tables);
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

  /** Transfers in which this side holds the offset. */
  CorrelatedOtSender transfers() {
    return transfers;
  }

  /** Transfers in which this side chooses. */
  CorrelatedOtReceiver reverseTransfers() {
    return reverseTransfers;
  }

  /** The offset. */
  NativeBuffer delta() {
    return delta;
  }

  /** Wipes the state; the channel stays open. */
  @Override
  public void close() {
    failed = true;
    scope.close();
  }
}
