package io.sotto.ckks;

import java.nio.ByteBuffer;

/**
 * The server's view of a client's upload: ciphertexts (c0, c1) with c0 by its coefficients, so that
 * plain numbers can be added, and c1 in the form in which it was expanded.
 *
 * <p><b>Security.</b> Ciphertexts; nothing secret. Bytes from the client are checked for length and
 * range and never reach a deserialiser.
 *
 * <p><b>Threading.</b> One thread writes; many may read.
 *
 * <p><b>Failure.</b> Malformed bytes are an {@link IllegalArgumentException}.
 */
public final class InputBlock implements AutoCloseable {
  private final CoefficientPolys c0;
  private final NttPolys c1;

  private InputBlock(CoefficientPolys c0, NttPolys c1) {
    this.c0 = c0;
    this.c1 = c1;
  }

  /** Reads an upload of so many ciphertexts, which must fill the rest of the buffer. */
  public static InputBlock read(Ring ring, int count, ByteBuffer in) {
    PackedPolys.requireLeft(in, SeededUpload.wireBytes(ring.parameters(), count), "upload");
    try (Receiver receiver = receive(ring, count)) {
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
      return new InputBlock(c0, c1);
    } catch (RuntimeException | Error e) {
      c1.close();
      throw e;
    }
  }

  /** Takes an upload of so many ciphertexts that arrives in several messages. */
  public static Receiver receive(Ring ring, int count) {
    return new Receiver(ring, count);
  }

  public Ring ring() {
    return c0.ring();
  }

  public int count() {
    return c0.count();
  }

  public CoefficientPolys c0() {
    return c0;
  }

  public NttPolys c1() {
    return c1;
  }

  /** Adds the server's share of the messages. */
  public void add(CoefficientPolys messages) {
    c0.add(messages);
  }

  /** Adds the server's share of the messages of as many consecutive ciphertexts. */
  public void add(int first, CoefficientPolys messages) {
    c0.add(first, messages);
  }

  @Override
  public void close() {
    c0.close();
    c1.close();
  }

  /** Collects an upload: the seed first, then blocks in order until all ciphertexts are there. */
  public static final class Receiver implements AutoCloseable {
    private final Ring ring;
    private final byte[] seed = new byte[Seeds.BYTES];
    private final CoefficientPolys c0;
    private boolean seeded;
    private int received;
    private boolean finished;

    private Receiver(Ring ring, int count) {
      this.ring = ring;
      this.c0 = CoefficientPolys.allocate(ring, count);
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

    /** Reads a block, which must fill the rest of the buffer. */
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
      int polynomialBytes = ring.parameters().polynomialBytes();
      int ciphertexts = in.remaining() / polynomialBytes;
      if (ciphertexts == 0 || in.remaining() % polynomialBytes != 0) {
        throw new IllegalArgumentException(
            what + ": " + in.remaining() + " bytes are no whole number of ciphertexts");
      }
      if (ciphertexts > remaining()) {
        throw new IllegalArgumentException(
            what + ": " + ciphertexts + " ciphertexts where " + remaining() + " are left");
      }
      PackedPolys.read(
          in,
          ring.parameters().modulusBits(),
          ring.modulus(),
          c0.rows(received, ciphertexts),
          what);
      received += ciphertexts;
    }

    /** Ciphertexts still to come. */
    public int remaining() {
      return c0.count() - received;
    }

    /** The complete upload, once. */
    public InputBlock finish() {
      if (remaining() > 0) {
        throw new IllegalArgumentException(
            "upload: ended " + remaining() + " of " + c0.count() + " ciphertexts too early");
      }
      if (finished) {
        throw new IllegalStateException("this upload has been taken already");
      }
      InputBlock complete = expand(ring, seed, c0);
      finished = true;
      return complete;
    }

    @Override
    public void close() {
      if (!finished) {
        c0.close();
      }
    }
  }
}
