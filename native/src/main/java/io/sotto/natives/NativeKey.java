package io.sotto.natives;

/**
 * A key of a {@link NativeRing}, in native memory.
 *
 * <p><b>Security.</b> A secret key never leaves native memory and is wiped at {@link #close}.
 *
 * <p><b>Threading.</b> Immutable; several threads may use it. One thread closes it after all have
 * finished.
 *
 * <p><b>Failure.</b> Use after close is an {@link IllegalStateException}; a key of another ring or
 * of the other kind is an {@link IllegalArgumentException}.
 */
public final class NativeKey implements AutoCloseable {

  /** What a key can do. */
  public enum Kind {
    /** Encrypts and decrypts. */
    SECRET,
    /** Encrypts zero, to re-randomise. */
    PUBLIC
  }

  private final NativeRing ring;
  private final Kind kind;
  private final NativeBuffer polynomials;

  NativeKey(NativeRing ring, Kind kind, NativeBuffer polynomials) {
    this.ring = ring;
    this.kind = kind;
    this.polynomials = polynomials;
  }

  /** Which kind of key this is. */
  public Kind kind() {
    return kind;
  }

  /** The key's polynomials: s, or a and b, in evaluation form. */
  NativeBuffer polynomials(NativeRing user, Kind needed) {
    if (kind != needed) {
      throw new IllegalArgumentException(
          "a " + kind + " key was given where a " + needed + " key is needed");
    }
    if (ring != user) {
      throw new IllegalArgumentException("this key belongs to another ring; make one in this ring");
    }
    return polynomials;
  }

  /** Wipes and frees; does nothing the second time. */
  @Override
  public void close() {
    polynomials.close();
  }

  @Override
  public String toString() {
    return "NativeKey[" + kind + "]";
  }
}
