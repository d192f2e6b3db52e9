package io.sotto.baselines.mp2ml;

import io.sotto.converter.shares.ExactFormat;
import io.sotto.converter.shares.ExactShares;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The share that a party chooses, and that hides what the other gets. */
final class FreshShares {
  private static final int KEY_BYTES = 16;
  private static final int BLOCK_BYTES = 16;
  private static final int CHUNK_BYTES = 1 << 16;

  private FreshShares() {}

  /** Uniform numbers, of AES in counter mode with a fresh key. */
  static ExactShares uniform(ExactFormat format, int images, SecureRandom random, Scope scope) {
    ExactShares shares = format.allocate(images, scope);
    LongBuffer words = shares.values().longs();
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    try {
      Cipher stream = Cipher.getInstance("AES/CTR/NoPadding");
      stream.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(key, "AES"),
          new IvParameterSpec(new byte[BLOCK_BYTES]));
      byte[] zeros = new byte[CHUNK_BYTES];
      byte[] chunk = new byte[CHUNK_BYTES];
      LongBuffer chunkWords = ByteBuffer.wrap(chunk).asLongBuffer();
      while (words.hasRemaining()) {
        stream.update(zeros, 0, CHUNK_BYTES, chunk, 0);
        int count = Math.min(words.remaining(), chunkWords.capacity());
        for (int i = 0; i < count; i++) {
          words.put(chunkWords.get(i) & format.mask());
        }
      }
      Arrays.fill(chunk, (byte) 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES in counter mode", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
    return shares;
  }
}
