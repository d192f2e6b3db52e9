package io.sotto.baselines.slots;

import io.sotto.ckks.LinearMap;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.NativeCkks;
import java.security.SecureRandom;

/**
 * Layers on blocks of ciphertexts: linear maps whose weights are the same for all slots, hence
 * plain integers that residues are multiplied by, and squares. Results are new objects; operands
 * stay as they are unless they are {@link SlotRows#expendable}.
 *
 * <p><b>Security.</b> Learns nothing of encrypted numbers. Only what went through {@link #hide} may
 * be shown to the client; its description says what that still tells.
 *
 * <p><b>Threading.</b> One thread, which gives work to the workers.
 *
 * <p><b>Failure.</b> Operands that don't fit are an {@link IllegalArgumentException}.
 */
public final class SlotLayers {
  /** Some megabytes of each part, so that giving them back costs little beside the work. */
  private static final int ELEMENTS_AT_ONCE = 64;

  private final SlotServerKeys keys;
  private final SlotWorkers workers;

  /** Borrows both. */
  public SlotLayers(SlotServerKeys keys, SlotWorkers workers) {
    this.keys = keys;
    this.workers = workers;
  }

  private SlotContext context() {
    return keys.context();
  }

  /**
   * Multiplies by the map's integers, at the same level; the scale is multiplied by what the
   * weights were scaled by.
   */
  public SlotRows linear(LinearMap map, double weightScale, SlotRows in) {
    if (in.elements() != map.inputs()) {
      throw new IllegalArgumentException(
          in.elements() + " ciphertexts given to a map of " + map.inputs() + " inputs");
    }
    SlotRows out =
        SlotRows.allocate(
            context(), in.level(), in.parts(), map.outputs(), in.scale() * weightScale);
    int parts = in.parts();
    try {
      workers.run(
          parts * (in.level() + 1),
          (from, to) -> {
            for (int i = from; i < to; i++) {
              map.apply(
                  context().modulus(i / parts),
                  context().degree(),
                  in.rows(i / parts, i % parts),
                  out.rows(i / parts, i % parts));
              in.spendRows(i / parts, i % parts);
            }
          });
      return out;
    } catch (RuntimeException | Error e) {
      out.close();
      throw e;
    }
  }

  /** Adds a number to all slots of each element. */
  public void add(double[] constants, SlotRows rows) {
    requireTwoParts(rows);
    try (NativeBuffer integers = integers(constants, rows)) {
      context().rows().addConstants(rows.level(), rows.elements(), integers, rows.buffer());
    }
  }

  /**
   * Adds numbers, one a slot.
   *
   * @param values {@code [element][images]} doubles
   */
  public void add(NativeBuffer values, int images, SlotRows rows) {
    requireTwoParts(rows);
    workers.run(
        rows.elements(),
        (from, to) ->
            context()
                .rows()
                .add(rows.range(from, to), values, images, rows.scale(), rows.buffer()));
  }

  /** Adds a number to all slots of each element, and divides by the level's prime. */
  public SlotRows rescale(double[] constants, SlotRows in) {
    requireTwoParts(in);
    int level = in.level();
    try (NativeBuffer integers = integers(constants, in)) {
      SlotRows out =
          SlotRows.allocate(
              context(), level - 1, in.elements(), in.scale() / context().modulus(level));
      return filled(
          out,
          in,
          (from, to) ->
              context()
                  .rows()
                  .rescale(in.range(from, to), in.scale(), in.buffer(), integers, out.buffer()));
    }
  }

  /**
   * The same, then squares and divides by the next prime. The result has three parts: linear maps
   * take it as it is, anything else after {@link #relinearise}.
   */
  public SlotRows square(double[] constants, SlotRows in) {
    int level = in.level();
    if (level < 2) {
      throw new IllegalArgumentException("a square takes two levels; there are " + level);
    }
    requireTwoParts(in);
    double rescaled = in.scale() / context().modulus(level);
    try (NativeBuffer integers = integers(constants, in)) {
      SlotRows out =
          SlotRows.allocate(
              context(),
              level - 2,
              3,
              in.elements(),
              rescaled * rescaled / context().modulus(level - 1));
      return filled(
          out,
          in,
          (from, to) ->
              context()
                  .rows()
                  .square(in.range(from, to), in.scale(), in.buffer(), integers, out.buffer()));
    }
  }

  /** From three parts to two. */
  public SlotRows relinearise(SlotRows in) {
    if (in.parts() != 3) {
      throw new IllegalArgumentException("ciphertexts of two parts need no relinearisation");
    }
    NativeCkks.RelinearisationKey key = keys.relinearisation();
    SlotRows out = SlotRows.allocate(context(), in.level(), in.elements(), in.scale());
    return filled(
        out,
        in,
        (from, to) ->
            context()
                .rows()
                .relinearise(key, in.range(from, to), in.scale(), in.buffer(), out.buffer()));
  }

  /** Work that makes an element of out from one of in; out is closed if it fails. */
  private SlotRows filled(SlotRows out, SlotRows in, SlotWorkers.Work work) {
    try {
      workers.run(
          out.elements(),
          (from, to) -> {
            for (int first = from; first < to; first += ELEMENTS_AT_ONCE) {
              int end = Math.min(first + ELEMENTS_AT_ONCE, to);
              work.run(first, end);
              in.spend(first, end - first);
            }
          });
      return out;
    } catch (RuntimeException | Error e) {
      out.close();
      throw e;
    }
  }

  private static void requireTwoParts(SlotRows rows) {
    if (rows.parts() != 2) {
      throw new IllegalArgumentException("ciphertexts of three parts are to be relinearised first");
    }
  }

  /**
   * Makes results fit to be shown to the client: adds a fresh encryption of zero under its public
   * key, and noise uniform below {@code 2^floodBits} in magnitude to each coefficient.
   *
   * <p>After it c1 is pseudorandom whatever the weights are. The noise in c0 is the sum of the
   * computation's, which depends on weights and inputs, and the uniform one: if the former stays
   * below B, what a client sees of one coefficient is within a statistical distance of B /
   * 2^(floodBits + 1) of what doesn't depend on it.
   */
  public void hide(SlotRows rows, int floodBits, SecureRandom random) {
    requireTwoParts(rows);
    if (rows.level() != keys.spec().resultLevel()) {
      throw new IllegalArgumentException(
          "results at level %d; the public key is for level %d"
              .formatted(rows.level(), keys.spec().resultLevel()));
    }
    SlotSecretKey.withSecret(
        random,
        secret ->
            workers.run(
                rows.elements(),
                (from, to) ->
                    context()
                        .rows()
                        .hide(
                            rows.range(from, to),
                            keys.encryptor(),
                            secret,
                            floodBits,
                            rows.buffer())));
  }

  private static NativeBuffer integers(double[] constants, SlotRows rows) {
    if (constants.length != rows.elements()) {
      throw new IllegalArgumentException(
          constants.length + " numbers for " + rows.elements() + " elements");
    }
    NativeBuffer integers = NativeBuffer.allocateLongs(constants.length);
    var words = integers.longs();
    for (double constant : constants) {
      double scaled = Math.rint(constant * rows.scale());
      if (!(Math.abs(scaled) < 0x1p62)) {
        integers.close();
        throw new IllegalArgumentException("a constant is too large for the scale");
      }
      words.put((long) scaled);
    }
    return integers;
  }
}
