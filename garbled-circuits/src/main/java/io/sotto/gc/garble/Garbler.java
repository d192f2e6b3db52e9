package io.sotto.gc.garble;

import io.sotto.channel.Channel;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.OtTrees;
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
  private final Correlations own;
  private boolean failed;

  private Garbler(Correlations own) {
    this.own = own;
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
    return new Garbler(Correlations.open(Side.GARBLER, channel, random, kernel, trees));
  }

  /**
   * Garbles a circuit, chunk by chunk: receives the chunk's transfers, sends its tables.
   *
   * @param inputs this side's, a row for each input bit and a column for each instance
   */
  public void run(Circuit circuit, int instances, BitMatrix inputs) {
    Chunks chunks = new Chunks(circuit, instances, own.trees());
    Inputs.check("the garbler's", inputs, circuit.garblerInputs(), instances);
    guarded(
        () -> {
          if (chunks.count() > 0) {
            garble(circuit, chunks, inputs);
          }
        });
  }

  /**
   * Computes a function of a + b as shares, with a circuit.
   *
   * @param shares this side's a for each instance
   * @param results receives this side's share for each instance; memory apart
   */
  public void compute(CircuitForm form, int instances, NativeBuffer shares, NativeBuffer results) {
    form.function().check(instances, shares, results);
    guarded(() -> new CircuitGarbler(own, form, instances).run(shares, results));
  }

  /** The same by lookups. */
  public void compute(LookupForm form, int instances, NativeBuffer shares, NativeBuffer results) {
    form.function().check(instances, shares, results);
    guarded(() -> new LookupSide(own, form, instances).run(shares, results));
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
    guarded(() -> new ProductGarbler(own, product, instances).run(factors, results));
  }

  private void guarded(Runnable run) {
    if (failed) {
      throw new IllegalStateException("this garbler failed or was closed; open a new session");
    }
    failed = true;
    run.run();
    own.channel().flush();
    failed = false;
  }

  private void garble(Circuit circuit, Chunks chunks, BitMatrix inputs) {
    try (Scope run = new Scope()) {
      GarbledBlocks blocks = new GarbledBlocks(own, circuit, chunks.largestBlockLanes(), run);
      int largest = chunks.largest();
      NativeBuffer transferLabels =
          run.allocate(Math.max(1, Chunks.transferLabelBytes(circuit, largest)));
      NativeBuffer message = run.allocate(Chunks.messageBytes(circuit, largest));
      ByteBuffer transferBytes = transferLabels.bytes();

      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        int size = chunks.size(chunk);
        own.sender().extend(Chunks.transfers(circuit, size), transferLabels);
        int transferAt = 0;
        long tableAt = 0;
        long colourAt = Chunks.tableBytes(circuit, size);
        for (int start = 0; start < size; start += Chunks.MAX_BLOCK) {
          int n = Chunks.blockSize(size, start);
          long tableBytes = Chunks.tableBytes(circuit, n);
          blocks.garble(
              n,
              inputs,
              chunks.first(chunk) + start,
              transferBytes,
              transferAt,
              message.slice(tableAt, tableBytes));
          transferAt += circuit.evaluatorInputs() * LabelKernel.lanes(n) * LabelKernel.LABEL_BYTES;
          tableAt += tableBytes;

          long colourBytes = Chunks.colourBytes(circuit, n);
          blocks.colours(n, message.slice(colourAt, colourBytes));
          colourAt += colourBytes;
        }
        own.channel().send(Chunks.GARBLED_CHUNK, message.bytes().limit(Math.toIntExact(colourAt)));
      }
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
