package io.sotto.gc.correlation;

import io.sotto.gc.internal.LabelKernel;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A party's own random bits, which mask what it sends: AES in counter mode under a key that nobody
 * else has. Lookups take several for each instance.
 *
 * <p><b>Security.</b> No block of the stream is given twice, and the key is wiped with the
 * session's scope. As each bit masks another one on the wire, both stay secret as long as the key
 * does.
 *
 * <p><b>Threading.</b> One thread, the session's.
 *
 * <p><b>Failure.</b> {@link ArithmeticException} when the counter is used up.
 */
public final class SecretRandomBits {
  private final LabelKernel kernel;
  private final NativeBuffer key;
  private long next;

  /** The key lives as long as the scope. */
  SecretRandomBits(SecureRandom random, LabelKernel kernel, Scope scope) {
    this.kernel = kernel;
    key = block(random, scope);
  }

  /** A label's worth of them from the system's source: a key, or an offset. */
  static NativeBuffer block(SecureRandom random, Scope scope) {
    byte[] bytes = new byte[LabelKernel.LABEL_BYTES];
    random.nextBytes(bytes);
    NativeBuffer block = scope.allocate(bytes.length);
    block.bytes().put(bytes);
    Arrays.fill(bytes, (byte) 0);
    return block;
  }

  /** Fills a buffer of a multiple of 16 bytes. */
  public void fill(NativeBuffer target) {
    int blocks = Math.toIntExact(target.size() / LabelKernel.LABEL_BYTES);
    kernel.generate(key, next, blocks, target);
    next = Math.addExact(next, blocks);
  }
}
