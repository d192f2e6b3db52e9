package io.sotto.gc.lookup;

import io.sotto.gc.correlation.Nonces;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.correlation.SecretRandomBits;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;

/** What a side of {@link LookupForm} keeps of a chunk from its request to its last move. */
final class LookupChunk {
  private final int largest;
  private final LookupSchedule run;

  /** Of each lookup a word for each instance. */
  private final NativeBuffer pads;

  /** A row for each lookup, this side's bit of its carry, and one more fresh row. */
  private final NativeBuffer carries;

  /** Labels of the products' transfers. */
  private final NativeBuffer evaluatorsLabels;

  private final NativeBuffer garblersLabels;

  /** Labels of the lookup that takes the carry of the dropped bits, if there is one. */
  final NativeBuffer carryLabels;

  /** This side's bit of the sign. */
  final NativeBuffer sign;

  /** Shares of the carry of the dropped bits, zero if there are none. */
  final NativeBuffer carryShares;

  /** Shares of what is beyond y's bits. */
  final NativeBuffer wraps;

  private long evaluatorsIds;
  private long garblersIds;

  LookupChunk(LookupSchedule run, Scope scope) {
    this.run = run;
    largest = run.largest();
    pads = scope.allocateLongs((long) run.lookups() * largest);
    carries = scope.allocate((run.lookups() + 1) * LookupSchedule.rowStride(largest));
    evaluatorsLabels = scope.allocate(run.of(Role.EVALUATOR).productLabelBytes(largest));
    garblersLabels = scope.allocate(run.of(Role.GARBLER).productLabelBytes(largest));
    carryLabels = scope.allocate(run.carryInto() < 0 ? 1 : CorrelatedOts.labelBytes(largest));
    sign = scope.allocate(LookupSchedule.rowStride(largest));
    carryShares = scope.allocateLongs(largest);
    wraps = scope.allocateLongs(largest);
  }

  NativeBuffer pads(int lookup) {
    return pads.slice((long) lookup * largest * Long.BYTES, (long) largest * Long.BYTES);
  }

  /** This side's bit of a window's carry: fresh if this side owns the window. */
  NativeBuffer carry(int lookup) {
    return carries.slice(carryAt(lookup), LookupSchedule.rowStride(largest));
  }

  /** A view of the bits of all carries. */
  ByteBuffer carries() {
    return carries.bytes();
  }

  /** Where those of a window begin among them. */
  int carryAt(int lookup) {
    return Math.toIntExact(lookup * LookupSchedule.rowStride(largest));
  }

  /** A fresh bit that stands for this side's bit of the sign before it is known. */
  NativeBuffer standIn() {
    return carry(run.lookups());
  }

  /** Labels of a product of numbers of a side. */
  NativeBuffer labels(Role sender, LookupSchedule.Product product, int size) {
    return labels(sender).slice(run.of(sender).labelsAt(product, size));
  }

  private NativeBuffer labels(Role sender) {
    return sender.pick(evaluatorsLabels, garblersLabels);
  }

  /** Takes the products' labels out of all those of a chunk. */
  void keepLabels(Role sender, NativeBuffer labels, int size) {
    LookupSchedule.Direction direction = run.of(sender);
    long bytes = direction.productLabelBytes(size);
    if (bytes > 0) {
      NativeBuffer part = labels.slice(direction.productLabelsAt(size), bytes);
      labels(sender).bytes().put(part.bytes());
    }
  }

  /** The first id of the hashes of one side's labels. */
  long firstId(Role sender) {
    return sender.pick(evaluatorsIds, garblersIds);
  }

  /** Draws the fresh rows, with zeros where there is no instance, and takes the chunk's ids. */
  void begin(SecretRandomBits bits, Nonces nonces, int size) {
    bits.fill(carries);
    for (int row = 0; row <= run.lookups(); row++) {
      BitRows.clearSurplus(carry(row), size);
    }
    evaluatorsIds = nonces.reverseIds(run.of(Role.EVALUATOR).hashIds(size));
    garblersIds = nonces.gateIds(run.of(Role.GARBLER).hashIds(size));
    carryShares.wipe();
    wraps.wipe();
  }
}
