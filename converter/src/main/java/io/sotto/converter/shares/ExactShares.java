package io.sotto.converter.shares;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** One party's exact shares. */
public record ExactShares(ExactFormat format, int images, NativeBuffer values) implements Shares {
  private static final int KEY_BYTES = 16;
  private static final int BLOCK_BYTES = 16;
  private static final int CHUNK_BYTES = 1 << 16;

  public ExactShares {
    Shares.validate(format, images, values);
  }

  /** Fresh uniform numbers: the share that a party chooses, and that hides what the other gets. */
  public static ExactShares uniform(
      ExactFormat format, int images, SecureRandom random, Scope scope) {
    ExactShares shares = allocate(format, images, scope);
    LongBuffer words = shares.values.longs();
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

  /** All zero, in memory of the scope. */
  public static ExactShares allocate(ExactFormat format, int images, Scope scope) {
    return new ExactShares(format, images, scope.allocate(Shares.bytes(format, images)));
  }
}
