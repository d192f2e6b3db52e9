package io.sotto.gc.garble;

import io.sotto.gc.ot.CorrelatedOts;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;

/** What a side of {@link LookupRelu} keeps of a chunk from its first step to its last. */
final class LookupChunk {
  /** Of each lookup a word for each instance. */
  private final NativeBuffer pads;

  /** A row for each lookup. */
  private final NativeBuffer fresh;

  /** Labels of t, if the results are wider than the shares, then of p. */
  final NativeBuffer productLabels;

  final NativeBuffer reverseLabels;

  /** a' + 2^m u or b' + 2^m v. */
  final NativeBuffer factors;

  long firstId;

  private final int largest;

  LookupChunk(LookupRelu.Run run, Scope scope) {
    largest = run.largest();
    pads = scope.allocateLongs((long) run.lookups() * largest);
    fresh = scope.allocate(run.lookups() * LookupRelu.Run.rowStride(largest));
    productLabels = scope.allocate(run.productLabelBytes(largest));
    reverseLabels = scope.allocate(CorrelatedOts.labelBytes(largest));
    factors = scope.allocateLongs(largest);
  }

  NativeBuffer pads(int lookup) {
    return pads.slice((long) lookup * largest * Long.BYTES, (long) largest * Long.BYTES);
  }

  NativeBuffer fresh(int lookup) {
    long stride = LookupRelu.Run.rowStride(largest);
    return fresh.slice(lookup * stride, stride);
  }

  /** Draws the fresh rows, with zeros where there is no instance. */
  void draw(FreshBits bits, int lookups, int size) {
    bits.fill(fresh);
    for (int lookup = 0; lookup < lookups; lookup++) {
      BitRows.clearSurplus(fresh(lookup), size);
    }
  }
}
