package io.sotto.ckks;

import io.sotto.natives.FixedPointKernel;
import io.sotto.natives.NativeBuffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The server's view of a client's upload: ciphertexts (c0, c1) with c0 by its coefficients, so that
 * plain numbers can be added, and c1 in the form in which it was expanded. Of c0 only the
 * coefficients in use are there, the first ones, one an image.
 *
 * <p><b>Security.</b> Ciphertexts; nothing secret. Bytes from the client are checked for length and
 * range and never reach a deserialiser.
 *
 * <p><b>Threading.</b> One thread writes; many may read.
 *
 * <p><b>Failure.</b> Malformed bytes are an {@link IllegalArgumentException}.
 */
public final class InputBlock implements AutoCloseable {
  private static final int NUMBERS_AT_ONCE = 1 << 17;

  private @Nullable NativeBuffer c0;
  private final int used;
  private final NttPolys c1;

  private InputBlock(NativeBuffer c0, int used, NttPolys c1) {
    this.c0 = c0;
    this.used = used;
    this.c1 = c1;
  }

  /**
   * Reads an upload of so many ciphertexts with all their coefficients, which must fill the rest of
   * the buffer.
   */
  public static InputBlock read(Ring ring, int count, ByteBuffer in) {
    PackedPolys.requireLeft(in, SeededUpload.wireBytes(ring.parameters(), count), "upload");
    try (Receiver receiver = receive(ring, count, ring.degree())) {
      receiver.seed(in);
      receiver.block(in);
      return receiver.finish();
    }
  }

  /**
   * Takes over received first parts, already checked to be residues, and expands the second parts
   * from the upload's seed.
   */
  public static InputBlock expand(Ring ring, byte[] seed, CoefficientPolys c0) {
    ring.requireSame(c0.ring());
    if (seed.length != Seeds.BYTES) {
      throw new IllegalArgumentException(
          "a seed of " + seed.length + " bytes; it has " + Seeds.BYTES);
    }
    NttPolys c1 = NttPolys.allocate(ring, c0.count());
    try {
      ring.handle().expandUniform(seed, 0, c0.count(), c1.buffer());
      return new InputBlock(c0.move(), ring.degree(), c1);
    } catch (RuntimeException | Error e) {
      c1.close();
      throw e;
    }
  }

  /**
   * Takes an upload of so many ciphertexts, with so many coefficients in use, that arrives in
   * several messages.
   */
  public static Receiver receive(Ring ring, int count, int used) {
    return new Receiver(ring, count, used);
  }

  public Ring ring() {
    return c1.ring();
  }

  public int count() {
    return c1.count();
  }

  /** Coefficients in use. */
  public int used() {
    return used;
  }

  /** The first parts, for each ciphertext a row of the coefficients in use. */
  public NativeBuffer c0() {
    if (c0 == null) {
      throw new IllegalStateException("the first parts have been taken");
    }
    return c0;
  }

  public NttPolys c1() {
    return c1;
  }

  /**
   * Adds the server's shares of the messages of some consecutive ciphertexts, encoded as by {@link
   * CoefficientPolys#encode}.
   *
   * @param values for each ciphertext a row of numbers, one a coefficient in use
   */
  public void addShares(int first, NativeBuffer values, int count, int wideBits) {
    CoefficientPolys.requireSize(values, count, used);
    long row = used * (long) Long.BYTES;
    NativeBuffer sums = c0().slice(first * row, count * row);
    int step = Math.max(1, NUMBERS_AT_ONCE / used);
    try (NativeBuffer encoded = NativeBuffer.allocate(Math.min(step, count) * row)) {
      for (int at = 0; at < count; at += step) {
        long bytes = Math.min(step, count - at) * row;
        NativeBuffer part = encoded.slice(0, bytes);
        FixedPointKernel.toRing(values.slice(at * row, bytes), wideBits, ring().modulus(), part);
        FixedPointKernel.addMod(sums.slice(at * row, bytes), part, ring().modulus());
      }
    }
  }

  /**
   * The first parts in evaluation form, of which coefficients that aren't in use count as zero. The
   * block has none any more: both forms take as much memory as all else of a step.
   */
  public NttPolys takeC0Ntt() {
    NativeBuffer taken = c0();
    c0 = null;
    if (used == ring().degree()) {
      return new CoefficientPolys(ring(), count(), taken).toNtt();
    }
    try (taken;
        CoefficientPolys whole = CoefficientPolys.allocate(ring(), count())) {
      whole.setHeads(taken, used);
      return whole.toNtt();
    }
  }

  @Override
  public void close() {
    if (c0 != null) {
      c0.close();
    }
    c1.close();
  }

  /** Collects an upload: the seed first, then blocks in order until all ciphertexts are there. */
  public static final class Receiver implements AutoCloseable {
    private final Ring ring;
    private final byte[] seed = new byte[Seeds.BYTES];
    private final int used;
    private final NativeBuffer c0;
    private final NttPolys c1;
    private boolean seeded;
    private int received;
    private boolean finished;

    private Receiver(Ring ring, int count, int used) {
      CoefficientPolys.requireUsed(ring, used);
      this.ring = ring;
      this.used = used;
      this.c1 = NttPolys.allocate(ring, count);
      try {
        this.c0 = NativeBuffer.allocate(Math.multiplyExact(count, used * (long) Long.BYTES));
      } catch (RuntimeException | Error e) {
        c1.close();
        throw e;
      }
    }

    /** Reads the seed. */
    public void seed(ByteBuffer in) {
      if (seeded) {
        throw new IllegalArgumentException("upload: a second seed");
      }
      PackedPolys.requireLeft(in, Seeds.BYTES, "upload's seed");
      in.get(seed);
      seeded = true;
    }

    /**
     * Reads a block, which must fill the rest of the buffer, and expands its second parts from the
     * seed.
     */
    public void block(ByteBuffer in) {
      String what = "upload's block";
      if (!seeded) {
        throw new IllegalArgumentException(what + ": no seed yet");
      }
      PackedPolys.requireLeft(in, SeededUpload.BLOCK_HEADER_BYTES, what);
      int first = PackedPolys.readInt(in);
      if (first != received) {
        throw new IllegalArgumentException(
            what + ": starts at ciphertext " + first + " instead of " + received);
      }
      int bits = ring.parameters().modulusBits();
      int ciphertexts = Math.toIntExact(in.remaining() * 8L / ((long) used * bits));
      if (ciphertexts == 0
          || in.remaining() != PackedPolys.bytes((long) ciphertexts * used, bits)) {
        throw new IllegalArgumentException(
            what + ": " + in.remaining() + " bytes are no whole number of ciphertexts");
      }
      if (ciphertexts > remaining()) {
        throw new IllegalArgumentException(
            what + ": " + ciphertexts + " ciphertexts where " + remaining() + " are left");
      }
      long row = used * (long) Long.BYTES;
      PackedPolys.read(in, bits, ring.modulus(), c0.slice(received * row, ciphertexts * row), what);
      ring.handle().expandUniform(seed, received, ciphertexts, c1.rows(received, ciphertexts));
      received += ciphertexts;
    }

    /** Ciphertexts still to come. */
    public int remaining() {
      return c1.count() - received;
    }

    /** The complete upload, once. */
    public InputBlock finish() {
      if (remaining() > 0) {
        throw new IllegalArgumentException(
            "upload: ended " + remaining() + " of " + c1.count() + " ciphertexts too early");
      }
      if (finished) {
        throw new IllegalStateException("this upload has been taken already");
      }
      finished = true;
      return new InputBlock(c0, used, c1);
    }

    @Override
    public void close() {
      if (!finished) {
        c0.close();
        c1.close();
      }
    }
  }
}
