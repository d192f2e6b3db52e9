package io.sotto.ckks;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Encrypts one upload part by part, so that no more than a part is in memory: ciphertext i of the
 * upload has number i under the upload's seeds, whatever the parts are.
 *
 * <p><b>Security.</b> Each upload has fresh seeds, and no number is used twice: an encryptor only
 * counts up. The secret seed is wiped when closed.
 *
 * <p><b>Threading.</b> One thread.
 *
 * <p><b>Failure.</b> Messages of another ring are an {@link IllegalArgumentException}; use after
 * {@link #close} is an {@link IllegalStateException}.
 */
public final class UploadEncryptor implements AutoCloseable {
  private final SecretKey key;
  private final byte[] seed;
  private final byte[] secret;
  private int next;
  private boolean closed;

  private UploadEncryptor(SecretKey key, byte[] seed, byte[] secret) {
    this.key = key;
    this.seed = seed;
    this.secret = secret;
  }

  /** A new upload under the key. */
  public static UploadEncryptor open(SecretKey key, SecureRandom random) {
    byte[] seed = Seeds.draw(random);
    return new UploadEncryptor(key, seed, Seeds.draw(random));
  }

  /** Writes the public seed that the second parts of all ciphertexts follow from. */
  public void writeSeed(ByteBuffer out) {
    PackedPolys.requireRoom(out, seed.length);
    out.put(seed);
  }

  /** Encrypts the next messages of the upload. */
  public SeededUpload next(CoefficientPolys messages) {
    Ring ring = key.ring();
    ring.requireSame(messages.ring());
    if (closed) {
      throw new IllegalStateException("this upload is closed");
    }
    int first = next;
    next = Math.addExact(next, messages.count());
    CoefficientPolys c0 = CoefficientPolys.allocate(ring, messages.count());
    try {
      ring.handle()
          .encryptSeeded(
              key.handle(), messages.buffer(), messages.count(), seed, secret, first, c0.buffer());
      return new SeededUpload(seed, first, c0);
    } catch (RuntimeException | Error e) {
      c0.close();
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
    Arrays.fill(secret, (byte) 0);
  }
}
