package io.sotto.gc.garble;

import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.circuit.Circuit;
import io.sotto.gc.correlation.ChunkedInstances;
import io.sotto.gc.correlation.EvaluatorCorrelations;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.correlation.InputTransfers;
import io.sotto.gc.correlation.PackedMessage;
import io.sotto.gc.correlation.ProductCorrections;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.function.ShareParts;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;

/**
 * The evaluator's side of {@link CircuitForm}: for each chunk it sends a request, receives tables,
 * corrections and the garbler's request, and sends corrections.
 *
 * <p><b>Security.</b> The garbler receives requests, which hide b, and corrections, each with a
 * hash of a label that it doesn't have.
 *
 * <p><b>Threading.</b> As {@link Evaluator}. No deadlock, as there: while the garbler waits in send
 * for a chunk that this side has not received, it has received the request for it and all before
 * that; of this side's messages at most the requests and corrections of window - 1 chunks are then
 * under way, which {@link io.sotto.channel.Channel#BUFFERED_BYTES} takes. The garbler receives in
 * the order in which this side sends: the corrections of chunk i before the request for chunk i +
 * window.
 *
 * <p><b>Failure.</b> As {@link Evaluator}.
 */
public final class CircuitEvaluator {
  private final EvaluatorCorrelations own;
  private final ShareFunction function;
  private final CircuitForm form;
  private final CircuitChunks chunks;
  private final NativeBuffer shares;
  private final NativeBuffer results;

  private final InputTransfers transfers;
  private final GarbledBlocks blocks;
  private final ChunkOutputs outputs;
  private final ShareParts parts;
  private final ProductCorrections products;
  private final PackedMessage message;
  private final PackedMessage answer;
  private final NativeBuffer reverseLabels;
  private final NativeBuffer signs;
  private final NativeBuffer numbers;
  private final NativeBuffer product;

  private CircuitEvaluator(
      EvaluatorCorrelations own,
      CircuitForm form,
      CircuitChunks chunks,
      NativeBuffer shares,
      NativeBuffer results,
      Scope scope) {
    this.own = own;
    this.function = form.function();
    this.form = form;
    this.chunks = chunks;
    this.shares = shares;
    this.results = results;
    Circuit circuit = form.circuit();
    int largest = chunks.largest();
    BitMatrix inputs =
        scope.own(BitMatrix.fromShares(shares, chunks.instances(), circuit.evaluatorInputs()));
    transfers = new InputTransfers(own, chunks, inputs, form.window(chunks), scope);
    blocks = new GarbledBlocks(own, circuit, chunks.largestBlockLanes(), scope);
    outputs = new ChunkOutputs(circuit.outputs(), largest, scope);
    parts = new ShareParts(own, function, largest, scope);
    products = new ProductCorrections(own, largest, scope);
    long messageBytes = form.messageBytes(chunks, largest);
    message = new PackedMessage(CircuitChunks.GARBLED_CHUNK, messageBytes, scope);
    answer = new PackedMessage(CircuitForm.PRODUCTS, form.productBytes(largest), scope);
    reverseLabels = scope.allocate(CorrelatedOts.labelBytes(largest));
    signs = scope.allocate(CorrelatedOts.choiceBytes(largest));
    numbers = scope.allocateLongs(largest);
    product = scope.allocateLongs(largest);
  }

  /**
   * Computes a function of a + b as shares.
   *
   * @param shares this side's b for each instance
   * @param results receives this side's share for each instance; memory apart
   */
  public static void compute(
      EvaluatorCorrelations own,
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
              new CircuitEvaluator(own, form, chunks, shares, results, scope).run();
            }
          });
    }
  }

  private void run() {
    transfers.begin();
    for (int chunk = 0; chunk < chunks.count(); chunk++) {
      evaluate(chunk);
      transfers.finish(chunk);
      own.channel().flush();
    }
  }

  private void evaluate(int chunk) {
    int size = chunks.size(chunk);
    message.receive(own.channel(), form.messageBytes(chunks, size));
    if (function.isRelu()) {
      own.sender().extend(size, reverseLabels);
    }
    evaluate(chunk, message.next(chunks.tableBytes(size)));
    parts.clear();
    if (function.carriesWithin()) {
      takeProduct(CircuitForm.CARRY_WITHIN, function.wideBits(), size, parts.carries());
    }
    if (function.multipliesSigns()) {
      takeSigns(chunk);
    }
    if (function.isRelu()) {
      NativeBuffer result = chunks.part(results, chunk);
      result.wipe();
      takeProduct(form.lastOutput(), function.lastProductBits(), size, result);
      givePart(chunk);
    } else {
      takeProduct(form.lastOutput(), function.lastProductBits(), size, parts.lastCarries());
      parts.write(size, chunks.part(shares, chunk), chunks.part(results, chunk));
    }
  }

  private void evaluate(int chunk, NativeBuffer tables) {
    outputs.clear();
    ByteBuffer labels = transfers.labels(chunk).bytes();
    for (CircuitBlock block : chunks.blocks(chunk)) {
      blocks.evaluate(block, labels, tables);
      outputs.keep(blocks, block, labels);
    }
  }

  /** The product of an output with numbers that the garbler knows, added to the target. */
  private void takeProduct(int output, int width, int size, NativeBuffer target) {
    products.take(
        own.products(width, size, own.nonces().gateIds(HashBlocks.count(size))),
        outputs.labels(output),
        outputs.colours(output),
        target,
        message);
  }

  private void takeSigns(int chunk) {
    int size = chunks.size(chunk);
    NativeBuffer share = chunks.part(shares, chunk);
    own.kernel().lookups().bits(function.shareBits() - 1, size, 0, share, signs);
    products.take(
        own.products(function.extraBits(), size, own.nonces().gateIds(HashBlocks.count(size))),
        outputs.signLabels(),
        signs,
        parts.wraps(),
        message);
  }

  /** The product of the sign with this side's part of y. */
  private void givePart(int chunk) {
    int size = chunks.size(chunk);
    parts.write(size, chunks.part(shares, chunk), numbers);
    answer.begin();
    long firstId = own.nonces().reverseIds(HashBlocks.count(size));
    products.give(
        own.products(function.wideBits(), size, firstId),
        reverseLabels,
        outputs.colours(form.lastOutput()),
        numbers,
        product,
        answer);
    parts.addResults(size, product, chunks.part(results, chunk));
    answer.send(own.channel());
  }
}
