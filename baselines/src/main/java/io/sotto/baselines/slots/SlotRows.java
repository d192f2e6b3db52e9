package io.sotto.baselines.slots;

import io.sotto.natives.NativeBuffer;
import io.sotto.natives.NativeSlots;
import io.sotto.natives.PackKernel;
import io.sotto.natives.SlotRange;
import java.nio.ByteBuffer;

/**
 * Many ciphertexts of one level and scale, slot k of each belonging to image k: rows of residues
 * that layers are computed on without an object a ciphertext.
 *
 * <p>On the wire residues are packed to the bits of their primes: for each prime, for each element,
 * N of them.
 *
 * <p><b>Security.</b> Ciphertexts; nothing secret. Bytes from a peer are checked for length and
 * range and never reach a deserialiser.
 *
 * <p><b>Threading.</b> Different elements may be written by different threads.
 *
 * <p><b>Failure.</b> Malformed bytes are an {@link IllegalArgumentException}.
 */
public final class SlotRows implements AutoCloseable {
  /** Of the seed that second parts follow from. */
  public static final int SEED_BYTES = NativeSlots.SEED_BYTES;

  private final SlotContext context;
  private final int level;
  private final int parts;
  private final int elements;
  private final double scale;
  private final NativeBuffer buffer;
  private boolean expendable;

  private SlotRows(
      SlotContext context, int level, int parts, int elements, double scale, NativeBuffer buffer) {
    this.context = context;
    this.level = level;
    this.parts = parts;
    this.elements = elements;
    this.scale = scale;
    this.buffer = buffer;
  }

  /** Room for so many. */
  public static SlotRows allocate(SlotContext context, int level, int elements, double scale) {
    return allocate(context, level, 2, elements, scale);
  }

  /** Ciphertexts of so many parts: two, or three of a product that wasn't relinearised. */
  static SlotRows allocate(SlotContext context, int level, int parts, int elements, double scale) {
    return new SlotRows(
        context,
        level,
        parts,
        elements,
        scale,
        NativeBuffer.allocate(context.rows().bytes(level, elements, parts)));
  }

  /**
   * Marks them as needed by the next operation only, which then gives their memory back to the
   * system as it goes. They are still to be closed.
   */
  public SlotRows expendable() {
    expendable = true;
    return this;
  }

  /** Nobody reads these elements any more. */
  void spend(int first, int count) {
    if (expendable) {
      for (int prime = 0; prime <= level; prime++) {
        for (int part = 0; part < parts; part++) {
          rows(prime, part, first, count).discard();
        }
      }
    }
  }

  /** Nobody reads the rows of this prime and part any more. */
  void spendRows(int prime, int part) {
    if (expendable) {
      rows(prime, part).discard();
    }
  }

  SlotContext context() {
    return context;
  }

  public int level() {
    return level;
  }

  /** Two, or three of products that are to be relinearised. */
  public int parts() {
    return parts;
  }

  public int elements() {
    return elements;
  }

  public double scale() {
    return scale;
  }

  NativeBuffer buffer() {
    return buffer;
  }

  /** Some elements, for a call on the buffer. */
  SlotRange range(int from, int to) {
    return new SlotRange(level, elements, from, to);
  }

  /** The elements' rows of one prime and part. */
  NativeBuffer rows(int prime, int part) {
    return rows(prime, part, 0, elements);
  }

  private NativeBuffer rows(int prime, int part, int first, int count) {
    long rowBytes = (long) context.degree() * Long.BYTES;
    return buffer.slice(
        (((long) prime * parts + part) * elements + first) * rowBytes, count * rowBytes);
  }

  /** Bytes of so many elements' first parts. */
  public static int firstPartBytes(SlotParameters parameters, int level, int count) {
    return Math.toIntExact((long) count * parameters.bits(level) * parameters.degree() / Byte.SIZE);
  }

  /** Bytes of everything. */
  public static int wireBytes(SlotParameters parameters, int level, int elements) {
    return Math.multiplyExact(2, firstPartBytes(parameters, level, elements));
  }

  /** What so many ciphertexts of so many parts take in memory. */
  public static long memoryBytes(SlotParameters parameters, int level, int parts, int elements) {
    return (long) parts * (level + 1) * parameters.degree() * Long.BYTES * elements;
  }

  /** Reads the first parts of some consecutive elements, which must fill the buffer. */
  public void readFirstParts(int first, int count, ByteBuffer in) {
    readParts(0, first, count, in);
    requireEnd(in);
  }

  /** Expands the second parts from a seed. */
  public void expandSecondParts(byte[] seed, SlotWorkers workers) {
    workers.run(elements, (from, to) -> context.rows().expand(range(from, to), seed, buffer));
  }

  /** Writes all parts of some consecutive elements. */
  public void write(int first, int count, ByteBuffer out) {
    for (int part = 0; part < parts; part++) {
      for (int prime = 0; prime <= level; prime++) {
        pack(rows(prime, part, first, count), bits(prime), out);
      }
    }
  }

  /** Reads all parts of some consecutive elements, which must fill the buffer. */
  public void read(int first, int count, ByteBuffer in) {
    for (int part = 0; part < parts; part++) {
      readParts(part, first, count, in);
    }
    requireEnd(in);
  }

  private void readParts(int part, int first, int count, ByteBuffer in) {
    if (first < 0 || count < 1 || count > elements - first) {
      throw new IllegalArgumentException(
          "rows: elements %d to %d of %d".formatted(first, (long) first + count, elements));
    }
    for (int prime = 0; prime <= level; prime++) {
      unpack(in, bits(prime), context.modulus(prime), rows(prime, part, first, count));
    }
  }

  private int bits(int prime) {
    return context.parameters().primeBits().get(prime);
  }

  static void pack(NativeBuffer numbers, int bits, ByteBuffer out) {
    int count = Math.toIntExact(numbers.size() / Long.BYTES);
    try (NativeBuffer packed = NativeBuffer.allocate(PackKernel.packedBytes(count, bits))) {
      PackKernel.pack(numbers, count, bits, packed);
      out.put(packed.bytes());
    }
  }

  static void unpack(ByteBuffer in, int bits, long modulus, NativeBuffer numbers) {
    int count = Math.toIntExact(numbers.size() / Long.BYTES);
    int bytes = Math.toIntExact(PackKernel.packedBytes(count, bits));
    if (in.remaining() < bytes) {
      throw new IllegalArgumentException(
          "rows: cut short, " + in.remaining() + " bytes left of " + bytes);
    }
    try (NativeBuffer packed = NativeBuffer.allocate(bytes)) {
      packed.bytes().put(in.slice(in.position(), bytes));
      in.position(in.position() + bytes);
      if (!PackKernel.unpack(packed, count, bits, modulus, numbers)) {
        throw new IllegalArgumentException("rows: a residue is not below its prime");
      }
    }
  }

  static void requireEnd(ByteBuffer in) {
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("rows: " + in.remaining() + " bytes too many");
    }
  }

  @Override
  public void close() {
    buffer.close();
  }
}
