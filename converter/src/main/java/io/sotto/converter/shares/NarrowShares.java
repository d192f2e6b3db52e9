package io.sotto.converter.shares;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;

/** One party's narrow shares. */
public record NarrowShares(NarrowFormat format, int images, NativeBuffer values) implements Shares {
  public NarrowShares {
    Shares.validate(format, images, values);
  }

  /** All zero, in memory of the scope. */
  public static NarrowShares allocate(NarrowFormat format, int images, Scope scope) {
    return new NarrowShares(format, images, scope.allocate(Shares.bytes(format, images)));
  }
}
