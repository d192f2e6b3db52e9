package io.sotto.baselines.slots;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.NativeCkks;
import io.sotto.natives.NativeSlotShares;
import io.sotto.natives.SlotUpload;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The key of a client that has slots computed on by a server: makes the server's keys, encrypts
 * uploads whose second parts follow from a seed, decrypts results.
 *
 * <p><b>Security.</b> The key stays in native memory and is wiped when closed. Each upload and each
 * key has seeds of its own. What a result's noise tells about the key: see {@link SlotClient}.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> Use after {@link #close} is an {@link IllegalStateException}.
 */
public final class SlotSecretKey implements AutoCloseable {
  private final SlotContext context;
  private final NativeCkks.SecretKey handle;

  private SlotSecretKey(SlotContext context, NativeCkks.SecretKey handle) {
    this.context = context;
    this.handle = handle;
  }

  /** A fresh key; the context is borrowed. */
  public static SlotSecretKey generate(SlotContext context) {
    return new SlotSecretKey(context, context.handle().generateSecretKey());
  }

  public SlotContext context() {
    return context;
  }

  /** The messages that give a server its keys, as {@link SlotKeySpec} describes them. */
  public List<ByteBuffer> serverKeys(SlotKeySpec spec, SecureRandom random) {
    byte[] seed = draw(random);
    List<ByteBuffer> messages = new ArrayList<>();
    withSecret(
        random,
        secret -> {
          int level = spec.resultLevel();
          ByteBuffer first = ByteBuffer.allocate(spec.messageBytes(0)).put(seed);
          try (NativeBuffer b = NativeBuffer.allocate(context.rows().firstPartBytes(level, 1))) {
            context.rows().publicKey(handle, level, seed, secret, b);
            packAll(b, level + 1, first);
          }
          messages.add(first.flip());
          if (spec.relinearise()) {
            addRelinearisation(spec, seed, secret, messages);
          }
        });
    return messages;
  }

  private void addRelinearisation(
      SlotKeySpec spec, byte[] seed, byte[] secret, List<ByteBuffer> messages) {
    try (NativeBuffer b = NativeBuffer.allocate(context.rows().relinearisationBytes())) {
      context.rows().relinearisationKey(handle, seed, secret, b);
      int primes = context.rows().primes();
      long digitBytes = b.size() / (primes - 1);
      for (int digit = 0; digit < primes - 1; digit++) {
        ByteBuffer message = ByteBuffer.allocate(spec.messageBytes(1 + digit));
        packAll(b.slice(digit * digitBytes, digitBytes), primes, message);
        messages.add(message.flip());
      }
    }
  }

  /** A row of each of the first primes. */
  private void packAll(NativeBuffer rows, int primes, ByteBuffer out) {
    long rowBytes = rows.size() / primes;
    for (int prime = 0; prime < primes; prime++) {
      SlotRows.pack(
          rows.slice(prime * rowBytes, rowBytes), context.parameters().primeBits().get(prime), out);
    }
  }

  /** A fresh upload of rows of numbers at the top level. */
  public Upload upload(SecureRandom random) {
    return new Upload(draw(random), draw(random));
  }

  /** Encrypts elements in order; closed at the end. */
  public final class Upload implements AutoCloseable {
    private final byte[] seed;
    private final byte[] secret;
    private int next;

    private Upload(byte[] seed, byte[] secret) {
      this.seed = seed;
      this.secret = secret;
    }

    /** The seed from which the second parts follow. */
    public byte[] seed() {
      return seed.clone();
    }

    /**
     * Encrypts the next elements and writes their first parts.
     *
     * @param values {@code [count][images]} doubles
     */
    public void write(NativeBuffer values, int count, int images, double scale, ByteBuffer out) {
      int level = context.topLevel();
      try (NativeBuffer c0 = NativeBuffer.allocate(context.rows().firstPartBytes(level, count))) {
        context.rows().encrypt(handle, next(level, count), values, images, scale, c0);
        packAll(c0, level + 1, out);
      }
      next = Math.addExact(next, count);
    }

    /**
     * Encrypts shares as the next elements, at a level, and writes their first parts; for {@link
     * SlotShares}.
     *
     * @param shares {@code [count][images]} signed longs, encoded times {@code 2^scaleBits}
     */
    public void writeShares(
        NativeBuffer shares, int count, int images, int scaleBits, int level, ByteBuffer out) {
      try (NativeBuffer c0 = NativeBuffer.allocate(context.rows().firstPartBytes(level, count))) {
        context.shares().encrypt(handle, next(level, count), shares, images, scaleBits, c0);
        packAll(c0, level + 1, out);
      }
      next = Math.addExact(next, count);
    }

    private SlotUpload next(int level, int count) {
      return new SlotUpload(level, count, seed, secret, next);
    }

    @Override
    public void close() {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /**
   * Decrypts masked results to shares.
   *
   * @param shares {@code [elements][images]} longs: the slots over {@code 2^scaleBits}, rounded,
   *     modulo {@code 2^shareBits}
   */
  public void decryptShares(
      SlotRows rows, int scaleBits, int shareBits, int images, NativeBuffer shares) {
    context
        .shares()
        .decrypt(
            handle,
            rows.range(0, rows.elements()),
            new NativeSlotShares.Decoding(images, scaleBits, shareBits),
            rows.buffer(),
            shares);
  }

  /** Decrypts everything to {@code [elements][images]} doubles. */
  public void decrypt(SlotRows rows, int images, NativeBuffer values) {
    if (rows.parts() != 2) {
      throw new IllegalArgumentException("ciphertexts of three parts are to be relinearised first");
    }
    context
        .rows()
        .decrypt(
            handle, rows.range(0, rows.elements()), rows.scale(), rows.buffer(), images, values);
  }

  private static byte[] draw(SecureRandom random) {
    byte[] seed = new byte[SlotRows.SEED_BYTES];
    random.nextBytes(seed);
    return seed;
  }

  static void withSecret(SecureRandom random, Consumer<byte[]> computation) {
    byte[] seed = draw(random);
    try {
      computation.accept(seed);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  @Override
  public void close() {
    handle.close();
  }
}
