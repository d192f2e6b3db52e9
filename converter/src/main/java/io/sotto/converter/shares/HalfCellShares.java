package io.sotto.converter.shares;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;

/** One party's shares in half units, see {@link HalfCellFormat}. */
public record HalfCellShares(HalfCellFormat format, int images, NativeBuffer values)
    implements Shares {
  public HalfCellShares {
    Shares.validate(format, images, values);
  }

  /** All zero, in memory of the scope. */
  public static HalfCellShares allocate(HalfCellFormat format, int images, Scope scope) {
    return new HalfCellShares(format, images, scope.allocate(Shares.bytes(format, images)));
  }
}
