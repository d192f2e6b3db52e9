package io.sotto.converter.shares;

import io.sotto.natives.NativeBuffer;

/** One party's exact shares. */
public record ExactShares(ExactFormat format, int images, NativeBuffer values) implements Shares {
  public ExactShares {
    Shares.validate(format, images, values);
  }
}
