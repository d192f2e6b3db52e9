package io.sotto.gc.garble;

import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.correlation.ChunkedInstances;
import io.sotto.gc.correlation.GarblerCorrelations;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.correlation.PackedMessage;
import io.sotto.gc.correlation.ProductCorrections;
import io.sotto.gc.function.CarryFactors;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.function.ShareParts;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;

/**
 * The garbler's side of {@link CircuitForm}: for each chunk it receives the request, sends tables
 * and corrections, asks for its transfers, and some chunks later receives their corrections.
 *
 * <p><b>Security.</b> The evaluator receives tables, which hide all labels but the active ones;
 * corrections, each with a hash of a label that it doesn't have; and a request, which hides the
 * colours of zero labels.
 *
 * <p><b>Threading, failure.</b> As {@link Garbler}.
 */
public final class CircuitGarbler {
  private final GarblerCorrelations own;
  private final ShareFunction function;
  private final CircuitForm form;
  private final CircuitChunks chunks;
  private final Circuit circuit;
  private final BitMatrix inputs;
  private final NativeBuffer shares;
  private final NativeBuffer results;

  private final GarbledBlocks blocks;
  private final ChunkOutputs outputs;
  private final ShareParts parts;
  private final ProductCorrections products;
  private final PackedMessage message;
  private final PackedMessage answer;
  private final NativeBuffer transferLabels;
  private final NativeBuffer[] choices;
  private final NativeBuffer[] reverseLabels;
  private final NativeBuffer noBits;
  private final NativeBuffer one;
  private final NativeBuffer lastFactor;
  private final NativeBuffer factors;

  private CircuitGarbler(
      GarblerCorrelations own,
      CircuitForm form,
      CircuitChunks chunks,
      NativeBuffer shares,
      NativeBuffer results,
      Scope scope) {
    this.own = own;
    this.function = form.function();
    this.form = form;
    this.chunks = chunks;
    this.circuit = form.circuit();
    this.inputs =
        scope.own(BitMatrix.fromShares(shares, chunks.instances(), circuit.garblerInputs()));
    this.shares = shares;
    this.results = results;
    int largest = chunks.largest();
    blocks = new GarbledBlocks(own, circuit, chunks.largestBlockLanes(), scope);
    outputs = new ChunkOutputs(circuit.outputs(), largest, scope);
    parts = new ShareParts(own, function, largest, scope);
    products = new ProductCorrections(own, largest, scope);
    long messageBytes = form.messageBytes(chunks, largest);
    message = new PackedMessage(CircuitChunks.GARBLED_CHUNK, messageBytes, scope);
    answer = new PackedMessage(CircuitForm.PRODUCTS, form.productBytes(largest), scope);
    transferLabels = scope.allocate(chunks.transferLabelBytes(largest));
    choices = new NativeBuffer[form.window(chunks)];
    reverseLabels = new NativeBuffer[choices.length];
    for (int i = 0; i < choices.length; i++) {
      choices[i] = scope.allocate(CorrelatedOts.choiceBytes(largest));
      reverseLabels[i] = scope.allocate(CorrelatedOts.labelBytes(largest));
    }
    noBits = scope.allocate(CorrelatedOts.choiceBytes(largest));
    one = CarryFactors.one(largest, scope);
    lastFactor = CarryFactors.last(function, largest, scope);
    factors = scope.allocateLongs(largest);
  }

  /**
   * Computes a function of a + b as shares.
   *
   * @param shares this side's a for each instance
   * @param results receives this side's share for each instance; memory apart
   */
  public static void compute(
      GarblerCorrelations own,
      CircuitForm form,
      int instances,
      NativeBuffer shares,
      NativeBuffer results) {
    ChunkedInstances.check(instances, shares, results);
    CircuitChunks chunks = new CircuitChunks(form.circuit(), instances, own.trees());
    if (chunks.count() > 0) {
      own.run(
          () -> {
            try (Scope scope = new Scope()) {
              new CircuitGarbler(own, form, chunks, shares, results, scope).run();
            }
          });
    }
  }

  private void run() {
    int window = choices.length;
    for (int chunk = 0; chunk < chunks.count(); chunk++) {
      if (chunk >= window) {
        finish(chunk - window);
      }
      start(chunk);
    }
    for (int chunk = chunks.count() - window; chunk < chunks.count(); chunk++) {
      finish(chunk);
    }
  }

  private void start(int chunk) {
    int size = chunks.size(chunk);
    own.sender().extend(chunks.transfers(size), transferLabels);
    message.begin();
    garble(chunk, message.next(chunks.tableBytes(size)));
    parts.clear();
    if (function.carriesWithin()) {
      giveProduct(CircuitForm.CARRY_WITHIN, function.wideBits(), size, one, parts.carries());
    }
    if (function.multipliesSigns()) {
      giveSigns(chunk);
    }
    if (function.isRelu()) {
      parts.write(size, chunks.part(shares, chunk), factors);
      giveLastProduct(size, factors, chunks.part(results, chunk));
    } else {
      giveLastProduct(size, lastFactor, parts.lastCarries());
      parts.write(size, chunks.part(shares, chunk), chunks.part(results, chunk));
    }
    message.send(own.channel());
    if (function.isRelu()) {
      ask(chunk);
    }
    own.channel().flush();
  }

  private void garble(int chunk, NativeBuffer tables) {
    outputs.clear();
    ByteBuffer transfers = transferLabels.bytes();
    for (CircuitBlock block : chunks.blocks(chunk)) {
      blocks.garble(block, inputs, transfers, tables);
      outputs.keep(blocks, block, transfers);
      for (int output = 0; output < circuit.outputs(); output++) {
        // From the zero labels to the ones of colour 0, for which the bit is the colour.
        int lanes = LabelKernel.lanes(block.size());
        NativeBuffer colours = outputs.colours(output).slice(block.start() / 8);
        NativeBuffer labels = outputs.labels(output, block);
        own.kernel().addOffset(labels, 1, lanes, colours, lanes / 8, own.offset());
      }
    }
  }

  /** The product of an output with numbers that this side knows. */
  private void giveProduct(
      int output, int width, int size, NativeBuffer numbers, NativeBuffer target) {
    products.give(
        own.products(width, size, own.nonces().gateIds(HashBlocks.count(size))),
        outputs.labels(output),
        outputs.colours(output),
        numbers,
        target,
        message);
  }

  private void giveLastProduct(int size, NativeBuffer numbers, NativeBuffer target) {
    giveProduct(form.lastOutput(), function.lastProductBits(), size, numbers, target);
  }

  private void giveSigns(int chunk) {
    int size = chunks.size(chunk);
    own.kernel().lookups().signs(function.shareBits(), size, chunks.part(shares, chunk), factors);
    products.give(
        own.products(function.extraBits(), size, own.nonces().gateIds(HashBlocks.count(size))),
        outputs.signLabels(),
        noBits,
        factors,
        parts.wraps(),
        message);
  }

  /** Asks for the transfers of the product whose numbers the evaluator knows. */
  private void ask(int chunk) {
    NativeBuffer chosen = choices[chunk % choices.length];
    chosen.bytes().put(outputs.colours(form.lastOutput()).bytes());
    own.receiver().extend(chunks.size(chunk), chosen, reverseLabels[chunk % choices.length]);
  }

  /** Takes that product. */
  private void finish(int chunk) {
    if (!function.isRelu()) {
      return;
    }
    int size = chunks.size(chunk);
    answer.receive(own.channel(), form.productBytes(size));
    long firstId = own.nonces().reverseIds(HashBlocks.count(size));
    products.take(
        own.products(function.wideBits(), size, firstId),
        reverseLabels[chunk % choices.length],
        choices[chunk % choices.length],
        chunks.part(results, chunk),
        answer);
  }
}
