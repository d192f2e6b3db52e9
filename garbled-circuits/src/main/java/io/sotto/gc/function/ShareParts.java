package io.sotto.gc.function;

import io.sotto.gc.correlation.Correlations;
import io.sotto.gc.correlation.Role;
import io.sotto.gc.internal.LookupKernel;
import io.sotto.natives.LookupTables;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;

/**
 * One side's parts of y, for the instances of a chunk: the upper bits of its share, and its shares
 * of the carries. {@link ShareFunction} says why both sides' parts add up to y.
 */
public final class ShareParts {
  private final LookupKernel kernel;
  private final LookupTables.Part part;
  private final LookupTables.Part result;
  private final boolean extended;
  private final NativeBuffer carries;
  private final NativeBuffer wraps;

  /** The memory, for chunks of at most so many instances, lives as long as the scope. */
  public ShareParts(Correlations own, ShareFunction function, int largest, Scope scope) {
    int wide = function.wideBits();
    // For y in more bits one of the sides has its share without a sign.
    boolean signed = function.isRelu() || own.role() == Role.GARBLER;
    kernel = own.kernel().lookups();
    part = new LookupTables.Part(function.dropped(), function.bits(), wide, signed);
    result = new LookupTables.Part(0, wide, wide, false);
    extended = function.isExtended();
    carries = scope.allocateLongs(largest);
    wraps = scope.allocateLongs(largest);
  }

  /** Begins a chunk: no carries. */
  public void clear() {
    carries.wipe();
    wraps.wipe();
  }

  /** Shares of the carry out of the dropped bits. */
  public NativeBuffer carries() {
    return carries;
  }

  /** Shares of what is beyond y's bits: of s t, or of the last carry. */
  public NativeBuffer wraps() {
    return wraps;
  }

  /** Shares of the last carry of a value, which is one of the two. */
  public NativeBuffer lastCarries() {
    return extended ? wraps : carries;
  }

  /** Writes the parts of so many instances. */
  public void write(int size, NativeBuffer shares, NativeBuffer target) {
    kernel.parts(part, size, shares, carries, wraps, target);
  }

  /** Adds shares of results to others. */
  public void addResults(int size, NativeBuffer added, NativeBuffer target) {
    kernel.parts(result, size, added, target, target, target);
  }
}
