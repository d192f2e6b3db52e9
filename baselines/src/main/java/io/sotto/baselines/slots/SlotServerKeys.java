package io.sotto.baselines.slots;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.NativeCkks;
import io.sotto.natives.SlotEncryptor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a server computes with: the client's public key at the results' level, and its
 * relinearisation key if it gave one.
 *
 * <p><b>Security.</b> Public: encryptions under the client's key, secure under the usual
 * circular-security assumption.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> Malformed bytes are an {@link IllegalArgumentException}.
 */
public final class SlotServerKeys implements AutoCloseable {
  private final SlotContext context;
  private final SlotKeySpec spec;
  private final byte[] seed;
  private final NativeBuffer b;
  private final NativeCkks.@Nullable RelinearisationKey relinearisation;

  private SlotServerKeys(
      SlotContext context,
      SlotKeySpec spec,
      byte[] seed,
      NativeBuffer b,
      NativeCkks.@Nullable RelinearisationKey relinearisation) {
    this.context = context;
    this.spec = spec;
    this.seed = seed;
    this.b = b;
    this.relinearisation = relinearisation;
  }

  public SlotContext context() {
    return context;
  }

  SlotKeySpec spec() {
    return spec;
  }

  SlotEncryptor encryptor() {
    return new SlotEncryptor(seed, b);
  }

  NativeCkks.RelinearisationKey relinearisation() {
    if (relinearisation == null) {
      throw new IllegalStateException("the client gave no relinearisation key");
    }
    return relinearisation;
  }

  /** Collects the messages of {@link SlotKeySpec} in their order. */
  public static final class Receiver implements AutoCloseable {
    private final SlotContext context;
    private final SlotKeySpec spec;
    private final byte[] seed = new byte[SlotRows.SEED_BYTES];
    private final NativeBuffer b;
    private final @Nullable NativeBuffer digits;
    private int received;
    private boolean finished;

    /** Borrows the context. */
    public Receiver(SlotContext context, SlotKeySpec spec) {
      this.context = context;
      this.spec = spec;
      this.b = NativeBuffer.allocate(context.rows().firstPartBytes(spec.resultLevel(), 1));
      this.digits =
          spec.relinearise() ? NativeBuffer.allocate(context.rows().relinearisationBytes()) : null;
    }

    /** Takes the next message. */
    public void message(ByteBuffer in) {
      if (received == spec.messages()) {
        throw new IllegalArgumentException(
            "keys for slots: more than %d messages".formatted(received));
      }
      if (in.remaining() != spec.messageBytes(received)) {
        throw new IllegalArgumentException(
            "keys for slots: message %d has %d bytes; there are to be %d"
                .formatted(received, in.remaining(), spec.messageBytes(received)));
      }
      if (received == 0) {
        in.get(seed);
        unpackAll(in, spec.resultLevel() + 1, b);
      } else if (digits != null) {
        int primes = context.rows().primes();
        long digitBytes = digits.size() / (primes - 1);
        unpackAll(in, primes, digits.slice((received - 1) * digitBytes, digitBytes));
      }
      received++;
    }

    private void unpackAll(ByteBuffer in, int primes, NativeBuffer rows) {
      long rowBytes = rows.size() / primes;
      for (int prime = 0; prime < primes; prime++) {
        SlotRows.unpack(
            in,
            context.parameters().primeBits().get(prime),
            context.modulus(prime),
            rows.slice(prime * rowBytes, rowBytes));
      }
    }

    /** The keys, once all messages are there. */
    public SlotServerKeys finish() {
      if (received != spec.messages()) {
        throw new IllegalArgumentException(
            "keys for slots: %d of %d messages".formatted(received, spec.messages()));
      }
      NativeCkks.RelinearisationKey key =
          digits == null ? null : context.rows().importRelinearisationKey(seed, digits);
      finished = true;
      return new SlotServerKeys(context, spec, seed, b, key);
    }

    @Override
    public void close() {
      if (digits != null) {
        digits.close();
      }
      if (!finished) {
        b.close();
      }
    }
  }

  @Override
  public void close() {
    if (relinearisation != null) {
      relinearisation.close();
    }
    b.close();
  }
}
