package io.sotto.converter.shares;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Values of a computation in the clear that left the range of their format, and so wrapped as they
 * do in the protocol. A model whose values may is to be calibrated anew.
 */
public final class Wraps {
  private long count;
  private @Nullable String first;

  /** The value as the format holds it. */
  public long fit(String where, ShareFormat format, long value) {
    long held = format.signed(value);
    if (held != value) {
      note(where, format);
    }
    return held;
  }

  /** The product as the format holds it; it may be wider than 64 bits. */
  public long fitProduct(String where, ShareFormat format, long x, long y) {
    long product = x * y;
    if (Math.multiplyHigh(x, y) != product >> 63) {
      note(where, format);
      return format.signed(product);
    }
    return fit(where, format, product);
  }

  private void note(String where, ShareFormat format) {
    count++;
    if (first == null) {
      first =
          "%s: a value needs more than the %d bits (%d of them fraction) of its format"
              .formatted(where, format.bits(), format.fraction());
    }
  }

  /** How many there were. */
  public long count() {
    return count;
  }

  /** What the first one was of. */
  public Optional<String> first() {
    return Optional.ofNullable(first);
  }
}
