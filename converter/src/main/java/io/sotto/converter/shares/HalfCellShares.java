package io.sotto.converter.shares;

import io.sotto.natives.NativeBuffer;

/** One party's shares in half units, see {@link HalfCellFormat}. */
public record HalfCellShares(HalfCellFormat format, int images, NativeBuffer values)
    implements Shares {
  public HalfCellShares {
    Shares.validate(format, images, values);
  }
}
