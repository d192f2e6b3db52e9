package io.sotto.baselines.mp2ml;

import io.sotto.converter.shares.Shares;
import io.sotto.natives.NativeBuffer;

/** Shares as the signed numbers that they stand for when they add up without a wrap. */
final class SignedShares {
  private SignedShares() {}

  /** A copy with signs. */
  static NativeBuffer of(Shares shares) {
    NativeBuffer signed = NativeBuffer.allocateLongs(shares.count());
    var words = shares.values().longs();
    var target = signed.longs();
    for (int i = 0; i < shares.count(); i++) {
      target.put(i, shares.format().signed(words.get(i)));
    }
    return signed;
  }
}
