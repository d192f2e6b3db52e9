package io.sotto.gc.testing;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;

/** A generator that gives the same bytes for the same seed, for tests only. */
public final class DeterministicRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  public DeterministicRandom(long seed) {
    super(new Stream(seed), null);
  }

  /** SHA-256 of seed and counter. */
  private static final class Stream extends SecureRandomSpi {
    private static final long serialVersionUID = 1L;

    private final long seed;
    private long counter;

    Stream(long seed) {
      this.seed = seed;
    }

    @Override
    protected void engineSetSeed(byte[] ignored) {
      // More entropy is just what is not wanted.
    }

    @Override
    protected void engineNextBytes(byte[] bytes) {
      ByteBuffer target = ByteBuffer.wrap(bytes);
      while (target.hasRemaining()) {
        byte[] input = ByteBuffer.allocate(16).putLong(seed).putLong(counter++).array();
        byte[] block;
        try {
          block = MessageDigest.getInstance("SHA-256").digest(input);
        } catch (NoSuchAlgorithmException e) {
          throw new IllegalStateException(e);
        }
        target.put(block, 0, Math.min(block.length, target.remaining()));
      }
    }

    @Override
    protected byte[] engineGenerateSeed(int length) {
      byte[] bytes = new byte[length];
      engineNextBytes(bytes);
      return bytes;
    }
  }
}
