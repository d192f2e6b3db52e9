package io.sotto.gc.lookup;

import io.sotto.gc.correlation.Correlations;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.function.ShareParts;
import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Products;
import io.sotto.natives.Scope;

/** What a side of {@link LookupForm} keeps of a chunk from its request to its last move. */
final class LookupChunk {
  private final Correlations own;
  private final LookupSchedule schedule;
  private final int largest;

  /** Of each lookup a word for each instance. */
  private final NativeBuffer pads;

  /** A row for each lookup, this side's bit of its carry, and one more fresh row. */
  private final NativeBuffer carries;

  /** Labels of the products' transfers. */
  private final NativeBuffer evaluatorsLabels;

  private final NativeBuffer garblersLabels;
  private final NativeBuffer carryLabels;
  private final NativeBuffer sign;
  private final ShareParts parts;

  private int number;
  private int size;
  private long evaluatorsIds;
  private long garblersIds;

  LookupChunk(Correlations own, LookupSchedule schedule, Scope scope) {
    this.own = own;
    this.schedule = schedule;
    largest = schedule.largest();
    pads = scope.allocateLongs((long) schedule.lookups() * largest);
    carries = scope.allocate((schedule.lookups() + 1) * BitRows.stride(largest));
    evaluatorsLabels = scope.allocate(schedule.of(Role.EVALUATOR).productLabelBytes(largest));
    garblersLabels = scope.allocate(schedule.of(Role.GARBLER).productLabelBytes(largest));
    carryLabels = scope.allocate(schedule.carryInto() < 0 ? 1 : CorrelatedOts.labelBytes(largest));
    sign = scope.allocate(BitRows.stride(largest));
    parts = new ShareParts(own, schedule.function(), largest, scope);
  }

  /** Becomes a chunk: draws fresh rows, zeros where there is no instance, and takes its ids. */
  void begin(int number) {
    this.number = number;
    size = schedule.size(number);
    own.randomBits().fill(carries);
    for (int row = 0; row <= schedule.lookups(); row++) {
      BitRows.clearSurplus(carry(row), size);
    }
    evaluatorsIds = own.nonces().reverseIds(schedule.of(Role.EVALUATOR).hashIds(size));
    garblersIds = own.nonces().gateIds(schedule.of(Role.GARBLER).hashIds(size));
    parts.clear();
  }

  /** Which one of all chunks this is. */
  int number() {
    return number;
  }

  /** Its instances. */
  int size() {
    return size;
  }

  /** Its part of numbers of which each instance of the run has one. */
  NativeBuffer part(NativeBuffer numbers) {
    return schedule.part(numbers, number);
  }

  NativeBuffer pads(int lookup) {
    return pads.slice((long) lookup * largest * Long.BYTES, (long) largest * Long.BYTES);
  }

  /** This side's bit of a window's carry: fresh if this side owns the window. */
  NativeBuffer carry(int lookup) {
    long stride = BitRows.stride(largest);
    return carries.slice(lookup * stride, stride);
  }

  /** Its bit of the carry into a window; of the first one, into which none goes, any. */
  NativeBuffer carryInto(int lookup) {
    return carry(Math.max(0, lookup - 1));
  }

  NativeBuffer lastCarry() {
    return carry(schedule.lookups() - 1);
  }

  /** A fresh bit that stands for this side's bit of the sign before it is known. */
  NativeBuffer standIn() {
    return carry(schedule.lookups());
  }

  /** This side's bit of the sign. */
  NativeBuffer sign() {
    return sign;
  }

  /** Labels of the lookup that takes the carry out of the dropped bits, if there is one. */
  NativeBuffer carryLabels() {
    return carryLabels;
  }

  /** This side's parts of y, as far as they are known. */
  ShareParts parts() {
    return parts;
  }

  /** Labels of a product of numbers of a side. */
  NativeBuffer labels(Role sender, LookupProduct product) {
    return labels(sender).slice(schedule.of(sender).labelsAt(product, size));
  }

  private NativeBuffer labels(Role sender) {
    return sender.pick(evaluatorsLabels, garblersLabels);
  }

  /** Takes the products' labels out of all those of the chunk. */
  void keepLabels(Role sender, NativeBuffer labels) {
    LookupDirection direction = schedule.of(sender);
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

  /** A product of numbers of a side. */
  Products.Run products(Role sender, LookupProduct product, int width) {
    return own.products(width, size, firstId(sender) + schedule.of(sender).idsOf(product, size));
  }

  /** The product with the carry out of the dropped bits. */
  Products.Run carryProducts(Role sender, int width) {
    long firstId = firstId(sender) + schedule.of(sender).idsOfCarryWithin(size);
    return own.products(width, size, firstId);
  }
}
