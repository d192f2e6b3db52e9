package io.sotto.gc.lookup;

import io.sotto.channel.PeerViolationException;
import io.sotto.gc.circuit.BitMatrix;
import io.sotto.gc.correlation.ChunkedInstances;
import io.sotto.gc.correlation.Correlations;
import io.sotto.gc.correlation.HashBlocks;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.function.CarryFactors;
import io.sotto.gc.function.ShareFunction;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.LookupKernel;
import io.sotto.gc.internal.LookupWindow;
import io.sotto.gc.internal.ProductKernel;
import io.sotto.gc.lookup.LookupSchedule.Product;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.PackKernel;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;

/**
 * One side of {@link LookupForm}; both do the same, in turn.
 *
 * <p><b>Security.</b> The other side receives requests, which hide this side's shares and fresh
 * bits; tables, of which it can open one entry each, masked by a fresh bit; corrections, each with
 * a hash of a label that it doesn't have; and a bit of the sign, masked by a fresh one.
 *
 * <p><b>Threading.</b> As {@link Correlations}. No deadlock, as neither side ever waits in send: in
 * turn k the evaluator has received all that the garbler sent up to its turn k - lag, and the
 * garbler the moves that the evaluator sent up to turn k. So what a side has sent and the other has
 * not received is at most the moves of lag turns, a chunk's each time, and lag + 1 requests. With a
 * lag of 3 that is less than {@link io.sotto.channel.Channel#BUFFERED_BYTES}, which a channel takes
 * without blocking.
 *
 * <p><b>Failure.</b> As {@link Correlations}; what is malformed is a {@link
 * PeerViolationException}.
 */
public final class LookupSide {
  private final Correlations own;
  private final Role side;
  private final LookupKernel kernel;
  private final ProductKernel products;
  private final LookupSchedule run;
  private final ShareFunction function;

  private LookupSide(Correlations own, LookupForm form, int instances) {
    this.own = own;
    this.side = own.role();
    this.kernel = own.kernel().lookups();
    this.products = own.kernel().products();
    this.function = form.function();
    this.run = new LookupSchedule(function, instances);
  }

  /**
   * Computes a function of a + b as shares.
   *
   * @param shares this side's a or b for each instance
   * @param results receives this side's share for each instance; memory apart
   */
  public static void compute(
      Correlations own, LookupForm form, int instances, NativeBuffer shares, NativeBuffer results) {
    ChunkedInstances.check(instances, shares, results);
    own.run(() -> computeAlways(own, form, instances, shares, results));
  }

  /** The same whatever came before. */
  static void computeAlways(
      Correlations own, LookupForm form, int instances, NativeBuffer shares, NativeBuffer results) {
    new LookupSide(own, form, instances).run(shares, results);
  }

  private void run(NativeBuffer shares, NativeBuffer results) {
    if (run.count() == 0) {
      return;
    }
    try (Scope scope = new Scope()) {
      NativeBuffer chain = chain(shares, scope);
      int rows = function.isRelu() ? function.shareBits() : function.chainBits();
      BitMatrix bits = scope.own(BitMatrix.fromShares(chain, run.instances(), rows));
      Work work = new Work(scope, shares, chain, bits, results);
      if (side == Role.EVALUATOR) {
        evaluator(work);
      } else {
        garbler(work);
      }
    }
  }

  private void evaluator(Work work) {
    work.request(0);
    own.channel().flush();
    for (int turn = 0; turn < run.turns(side); turn++) {
      for (int step = run.steps(side) - 1; step > 0; step--) {
        work.take(2 * step - 1, run.chunkAt(turn, step));
      }
      work.extend(run.chunkAt(turn, 0));
      for (int step = run.steps(side) - 1; step >= 0; step--) {
        work.make(2 * step, run.chunkAt(turn, step));
      }
      work.request(turn + 1);
      own.channel().flush();
    }
  }

  private void garbler(Work work) {
    for (int chunk = 0; chunk < run.lag(); chunk++) {
      work.request(chunk);
    }
    own.channel().flush();
    for (int turn = 0; turn < run.turns(side); turn++) {
      work.extend(run.chunkAt(turn, 0));
      for (int step = run.steps(side) - 1; step >= 0; step--) {
        work.take(2 * step, run.chunkAt(turn, step));
      }
      for (int step = run.steps(side) - 1; step >= 0; step--) {
        work.make(2 * step + 1, run.chunkAt(turn, step));
      }
      work.request(turn + run.lag());
      own.channel().flush();
    }
  }

  /** The numbers whose carries are looked for: for y in more bits 2^(bits - 1) is added to it. */
  private NativeBuffer chain(NativeBuffer shares, Scope scope) {
    if (function.isRelu() || !function.isExtended() || side == Role.EVALUATOR) {
      return shares;
    }
    int bits = function.shareBits();
    NativeBuffer raised = scope.allocateLongs(run.instances());
    NativeBuffer top = CarryFactors.all(1L << (bits - 1), run.largest(), scope);
    for (int chunk = 0; chunk < run.count(); chunk++) {
      kernel.parts(
          new LookupKernel.Part(0, bits, bits, false),
          run.size(chunk),
          run.part(shares, chunk),
          top,
          top,
          run.part(raised, chunk));
    }
    return raised;
  }

  /** The memory of a run. */
  private final class Work {
    private final NativeBuffer shares;
    private final NativeBuffer chain;
    private final BitMatrix bits;
    private final ByteBuffer bitBytes;
    private final NativeBuffer results;
    private final LookupChunk[] chunks;
    private final NativeBuffer choices;
    private final NativeBuffer labels;
    private final NativeBuffer message;
    private final NativeBuffer row;
    private final NativeBuffer noBits;
    private final NativeBuffer one;
    private final NativeBuffer lastFactor;
    private final NativeBuffer numbers;
    private final NativeBuffer product;
    private final NativeBuffer corrections;

    Work(
        Scope scope,
        NativeBuffer shares,
        NativeBuffer chain,
        BitMatrix bits,
        NativeBuffer results) {
      this.shares = shares;
      this.chain = chain;
      this.bits = bits;
      this.bitBytes = bits.bytes();
      this.results = results;
      int largest = run.largest();
      chunks = new LookupChunk[run.alive()];
      for (int i = 0; i < chunks.length; i++) {
        chunks[i] = new LookupChunk(run, scope);
      }
      choices = scope.allocate(Math.max(1, choiceBytes(side.other(), largest)));
      int transfers =
          Math.max(run.of(side).transfers(largest), run.of(side.other()).transfers(largest));
      labels = scope.allocate(Math.max(1, CorrelatedOts.labelBytes(transfers)));
      message = scope.allocate(run.largestMessage());
      row = scope.allocate(LookupSchedule.rowStride(largest));
      noBits = scope.allocate(LookupSchedule.rowStride(largest));
      one = CarryFactors.one(largest, scope);
      lastFactor = CarryFactors.last(function, largest, scope);
      product = scope.allocateLongs(largest);
      numbers = scope.allocateLongs(largest);
      corrections = scope.allocateLongs(largest);
    }

    private int choiceBytes(Role sender, int size) {
      return CorrelatedOts.choiceBytes(run.of(sender).transfers(size));
    }

    private LookupChunk kept(int chunk) {
      return chunks[chunk % chunks.length];
    }

    /** Asks for the transfers of the windows that the other side owns, and of its numbers. */
    void request(int chunk) {
      if (chunk >= run.count()) {
        return;
      }
      LookupChunk kept = kept(chunk);
      int size = run.size(chunk);
      Role sender = side.other();
      kept.begin(own.randomBits(), own.nonces(), size);
      if (function.isRelu()) {
        kernel.bits(
            function.shareBits() - 1,
            size,
            side == Role.GARBLER ? 1L << (function.shareBits() - 1) : 0,
            run.part(shares, chunk),
            kept.sign);
        if (side == run.last()) {
          BitRows.sum(kept.sign, kept.carry(run.lookups() - 1), size, kept.sign);
        }
      }
      writeChoices(kept, run.first(chunk), size);
      own.receiver().extend(run.of(sender).transfers(size), choices, labels);
      pads(kept, sender, size);
    }

    /** Runs the transfers that the other side asks for. */
    void extend(int chunk) {
      if (chunk >= 0) {
        int size = run.size(chunk);
        own.sender().extend(run.of(side).transfers(size), labels);
        pads(kept(chunk), side, size);
      }
    }

    /** What one side's labels are for; as sender this side has pads of all entries. */
    private void pads(LookupChunk kept, Role sender, int size) {
      LookupKernel.Transfers transfers =
          new LookupKernel.Transfers(
              run.of(sender).wires(),
              size,
              HashBlocks.LARGEST,
              own.sessionKey(),
              kept.firstId(sender),
              labels);
      for (int lookup = 0; lookup < run.lookups(); lookup++) {
        if (LookupWindows.owner(lookup) != sender) {
          continue;
        }
        if (sender == side) {
          kernel.pads(transfers, run.window(lookup), own.offset(), kept.pads(lookup));
        } else {
          kernel.chosenPads(transfers, run.window(lookup), kept.pads(lookup));
        }
        if (lookup == run.carryInto()) {
          keepCarryLabels(kept, sender, lookup, size);
        }
      }
      kept.keepLabels(sender, labels, size);
    }

    /** Those of the choice that is a window's bit of the carry, from each block. */
    private void keepCarryLabels(LookupChunk kept, Role sender, int lookup, int size) {
      ByteBuffer target = kept.carryLabels.bytes();
      ByteBuffer source = labels.bytes();
      int wire = run.window(lookup).firstWire() + run.window(lookup).bits();
      int at = 0;
      for (int start = 0; start < size; start += HashBlocks.LARGEST) {
        int bytes = LabelKernel.lanes(HashBlocks.size(size, start)) * LabelKernel.LABEL_BYTES;
        target.put(source.slice(at + wire * bytes, bytes));
        at += run.of(sender).wires() * bytes;
      }
    }

    /** Block by block the choices of the lookups, then of the products. */
    private void writeChoices(LookupChunk kept, int first, int size) {
      ByteBuffer target = choices.bytes();
      ByteBuffer carries = kept.carries();
      for (int start = 0; start < size; start += HashBlocks.LARGEST) {
        int bytes = LabelKernel.lanes(HashBlocks.size(size, start)) / 8;
        for (int lookup = 0; lookup < run.lookups(); lookup++) {
          if (LookupWindows.owner(lookup) != side) {
            LookupWindow window = run.window(lookup);
            for (int bit = 0; bit < window.bits(); bit++) {
              target.put(shareBits(window.firstBit() + bit, first + start, bytes));
            }
            if (window.carries()) {
              target.put(carries.slice(kept.carryAt(lookup - 1) + start / 8, bytes));
            }
          }
        }
      }
      int rowBytes = LookupSchedule.rowBytes(size);
      for (Product product : run.of(side.other()).products()) {
        target.put(
            switch (product) {
              case SIGNS -> shareBits(function.shareBits() - 1, first, rowBytes);
              case PART ->
                  (side == run.last() ? kept.sign : kept.standIn()).bytes().slice(0, rowBytes);
              case CARRY -> kept.carry(run.lookups() - 1).bytes().slice(0, rowBytes);
            });
      }
      int end = choiceBytes(side.other(), size);
      while (target.position() < end) {
        target.put((byte) 0);
      }
    }

    private ByteBuffer shareBits(int bit, int firstInstance, int bytes) {
      return bitBytes.slice(bit * bits.rowBytes() + firstInstance / 8, bytes);
    }

    /** Makes a move of a chunk and sends it. */
    void make(int move, int chunk) {
      if (chunk < 0 || move >= run.moves()) {
        return;
      }
      LookupChunk kept = kept(chunk);
      int size = run.size(chunk);
      long at = run.bringsSigns(move) ? signs(kept, chunk, size) : 0;
      if (move < run.lookups()) {
        at = tables(kept, chunk, move, size, at);
        if (move == run.carryInto()) {
          at = carryWithin(kept, move, size, at);
        }
      } else if (!function.isRelu()) {
        at = lastCarry(kept, chunk, size, at);
      } else if (move == run.lookups()) {
        BitRows.sum(kept.sign, kept.standIn(), size, message.slice(at));
        at += LookupSchedule.rowBytes(size);
        at = part(kept, chunk, size, run.part(results, chunk), at);
      } else {
        at = part(kept, chunk, size, product, at);
        add(run.part(results, chunk), product, size);
      }
      own.channel().send(LookupForm.LOOKUPS, message.bytes().limit(Math.toIntExact(at)));
    }

    /** Takes the other side's move of a chunk. */
    void take(int move, int chunk) {
      if (chunk < 0 || move >= run.moves()) {
        return;
      }
      LookupChunk kept = kept(chunk);
      int size = run.size(chunk);
      int bytes = run.moveBytes(move, size);
      own.channel().receive(LookupForm.LOOKUPS, message.bytes().limit(bytes));
      long at = run.bringsSigns(move) ? takeSigns(kept, chunk, size) : 0;
      if (move < run.lookups()) {
        at = entries(kept, chunk, move, size, at);
        if (move == run.carryInto()) {
          takeCarryWithin(kept, move, size, at);
        }
      } else if (function.isRelu()) {
        takePart(kept, chunk, move, size, at);
      } else {
        takeLastCarry(kept, chunk, size, at);
      }
    }

    private long tables(LookupChunk kept, int chunk, int lookup, int size, long at) {
      LookupWindow window = run.window(lookup);
      kernel.tables(
          window,
          size,
          run.part(chain, chunk),
          kept.carry(Math.max(0, lookup - 1)),
          kept.carry(lookup),
          kept.pads(lookup),
          numbers);
      return pack(numbers, size, window.entries(), at);
    }

    private long entries(LookupChunk kept, int chunk, int lookup, int size, long at) {
      LookupWindow window = run.window(lookup);
      long end = unpack(size, window.entries(), at);
      kernel.entries(
          window,
          size,
          run.part(chain, chunk),
          kept.carry(Math.max(0, lookup - 1)),
          kept.pads(lookup),
          numbers,
          kept.carry(lookup));
      if (function.isRelu() && lookup == run.lookups() - 1) {
        BitRows.sum(kept.sign, kept.carry(lookup), size, kept.sign);
      }
      return end;
    }

    /** The carry of the dropped bits as shares, of labels that choose in the next window. */
    private long carryWithin(LookupChunk kept, int lookup, int size, long at) {
      products.own(
          carryWithinRun(kept, side, size),
          own.offset(),
          kept.carryLabels,
          kept.carry(lookup - 1),
          one,
          corrections,
          kept.carryShares);
      return pack(corrections, size, function.wideBits(), at);
    }

    private void takeCarryWithin(LookupChunk kept, int lookup, int size, long at) {
      unpack(size, function.wideBits(), at);
      products.take(
          carryWithinRun(kept, side.other(), size),
          kept.carryLabels,
          kept.carry(lookup - 1),
          numbers,
          kept.carryShares);
    }

    private ProductKernel.Run carryWithinRun(LookupChunk kept, Role sender, int size) {
      return own.products(
          function.wideBits(), size, kept.firstId(sender) + run.of(sender).idsOfCarryWithin(size));
    }

    private ProductKernel.Run productRun(
        LookupChunk kept, Role sender, Product product, int width, int size) {
      return own.products(width, size, kept.firstId(sender) + run.of(sender).idsOf(product, size));
    }

    private long signs(LookupChunk kept, int chunk, int size) {
      kernel.signs(function.shareBits(), size, run.part(shares, chunk), numbers);
      products.own(
          productRun(kept, side, Product.SIGNS, function.extraBits(), size),
          own.offset(),
          kept.labels(side, Product.SIGNS, size),
          noBits,
          numbers,
          corrections,
          kept.wraps);
      return pack(corrections, size, function.extraBits(), 0);
    }

    private long takeSigns(LookupChunk kept, int chunk, int size) {
      long end = unpack(size, function.extraBits(), 0);
      kernel.bits(function.shareBits() - 1, size, 0, run.part(shares, chunk), row);
      products.take(
          productRun(kept, side.other(), Product.SIGNS, function.extraBits(), size),
          kept.labels(side.other(), Product.SIGNS, size),
          row,
          numbers,
          kept.wraps);
      return end;
    }

    /** The product of the sign with this side's part of y. */
    private long part(LookupChunk kept, int chunk, int size, NativeBuffer target, long at) {
      kernel.parts(part(), size, run.part(shares, chunk), kept.carryShares, kept.wraps, numbers);
      products.own(
          productRun(kept, side, Product.PART, function.wideBits(), size),
          own.offset(),
          kept.labels(side, Product.PART, size),
          kept.sign,
          numbers,
          corrections,
          target);
      return pack(corrections, size, function.wideBits(), at);
    }

    private void takePart(LookupChunk kept, int chunk, int move, int size, long at) {
      long from = at;
      NativeBuffer chosen = kept.standIn();
      if (move == run.lookups()) {
        from += LookupSchedule.rowBytes(size);
        NativeBuffer answer = message.slice(at);
        if (!BitRows.isProper(answer, size)) {
          throw new PeerViolationException("bits beyond the last sign of a chunk are set");
        }
        row.bytes().put(kept.sign.bytes());
        chosen = row;
        BitRows.sum(kept.sign, answer, size, kept.sign);
        run.part(results, chunk).wipe();
      }
      unpack(size, function.wideBits(), from);
      products.take(
          productRun(kept, side.other(), Product.PART, function.wideBits(), size),
          kept.labels(side.other(), Product.PART, size),
          chosen,
          numbers,
          run.part(results, chunk));
    }

    private long lastCarry(LookupChunk kept, int chunk, int size, long at) {
      products.own(
          productRun(kept, side, Product.CARRY, run.lastCarryBits(), size),
          own.offset(),
          kept.labels(side, Product.CARRY, size),
          kept.carry(run.lookups() - 1),
          lastFactor,
          corrections,
          lastCarryShares(kept));
      finishValue(kept, chunk, size);
      return pack(corrections, size, run.lastCarryBits(), at);
    }

    private void takeLastCarry(LookupChunk kept, int chunk, int size, long at) {
      unpack(size, run.lastCarryBits(), at);
      products.take(
          productRun(kept, side.other(), Product.CARRY, run.lastCarryBits(), size),
          kept.labels(side.other(), Product.CARRY, size),
          kept.carry(run.lookups() - 1),
          numbers,
          lastCarryShares(kept));
      finishValue(kept, chunk, size);
    }

    /** Adds shares of results to others. */
    private void add(NativeBuffer target, NativeBuffer added, int size) {
      int width = function.wideBits();
      LookupKernel.Part all = new LookupKernel.Part(0, width, width, false);
      kernel.parts(all, size, added, target, target, target);
    }

    private NativeBuffer lastCarryShares(LookupChunk kept) {
      return function.isExtended() ? kept.wraps : kept.carryShares;
    }

    private void finishValue(LookupChunk kept, int chunk, int size) {
      kernel.parts(
          part(),
          size,
          run.part(shares, chunk),
          kept.carryShares,
          kept.wraps,
          run.part(results, chunk));
    }

    /** What of this side's share is its part of y: see {@link ShareFunction}. */
    private LookupKernel.Part part() {
      return new LookupKernel.Part(
          function.dropped(),
          function.bits(),
          function.wideBits(),
          function.isRelu() || side == Role.GARBLER);
    }

    private long pack(NativeBuffer values, int size, int width, long at) {
      long bytes = PackKernel.packedBytes(size, width);
      PackKernel.pack(values, size, width, message.slice(at, bytes));
      return at + bytes;
    }

    private long unpack(int size, int width, long at) {
      long bytes = PackKernel.packedBytes(size, width);
      if (!PackKernel.unpack(message.slice(at, bytes), size, width, 1L << width, numbers)) {
        throw new PeerViolationException("bits beyond the last lookup of a chunk are set");
      }
      return at + bytes;
    }
  }
}
