package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import io.sotto.natives.internal.sotto_ckks;
import io.sotto.natives.internal.sotto_ckks_ciphertext;
import io.sotto.natives.internal.sotto_ckks_galois_key;
import io.sotto.natives.internal.sotto_ckks_plaintext;
import io.sotto.natives.internal.sotto_ckks_public_key;
import io.sotto.natives.internal.sotto_ckks_relin_key;
import io.sotto.natives.internal.sotto_ckks_secret_key;
import java.util.stream.IntStream;

/**
 * Ordinary CKKS by SEAL: vectors of N/2 real numbers in the slots of a ciphertext.
 *
 * <p>A ciphertext has a <i>level</i>, the number of primes that can still be dropped, and a
 * <i>scale</i>. Operands have to agree in level, and in scale where they are added. Everything made
 * here has an owner and is closed by it, before or after this context.
 *
 * <p><b>Security.</b> {@link #create} takes parameters of at least 128 bits only, by SEAL's table
 * for ternary secrets. Randomness is the operating system's. Secret keys and plaintexts are wiped
 * at close. Decrypted values carry noise that depends on the secret key: do not hand them to
 * others.
 *
 * <p><b>Threading.</b> All objects are immutable and may be used by several threads; one thread
 * closes after all have finished.
 *
 * <p><b>Failure.</b> What SEAL refuses, such as a scale that no longer fits or operands of two
 * levels, is an {@link IllegalArgumentException}, and an {@link IllegalStateException} where SEAL
 * calls it a logic error, such as a ciphertext times a plaintext of zeros, which would hide
 * nothing. Use after close is an {@link IllegalStateException}.
 */
public final class NativeCkks implements AutoCloseable {

  private final NativeHandle<sotto_ckks> handle;
  private final CkksLimits limits;

  private NativeCkks(NativeHandle<sotto_ckks> handle, CkksLimits limits) {
    this.handle = handle;
    this.limits = limits;
  }

  /**
   * Makes a context.
   *
   * @param logDegree base-2 logarithm of N, 10 to 15
   * @param primeBits the lengths of the primes, 20 to 60 bits each; rescaling drops them from the
   *     end, but for the last one, which with two or more serves key switching only
   * @throws IllegalArgumentException also if these parameters have less than 128 bits of security
   */
  public static NativeCkks create(int logDegree, int... primeBits) {
    return create(logDegree, true, primeBits);
  }

  /** Like {@link #create}, but accepts parameters that protect nothing. */
  public static NativeCkks createInsecureForTests(int logDegree, int... primeBits) {
    return create(logDegree, false, primeBits);
  }

  private static NativeCkks create(int logDegree, boolean secure, int... primeBits) {
    CkksLimits limits = new CkksLimits(logDegree, primeBits);
    try (NativeBuffer bits = ints(primeBits)) {
      sotto_ckks context =
          NativeCall.created(
              NativeFacade.sotto_ckks_create(
                  logDegree, bits.pointer(), primeBits.length, secure ? 1 : 0));
      return new NativeCkks(
          new NativeHandle<>(context, "CKKS context", NativeFacade::sotto_ckks_free), limits);
    }
  }

  /** N/2, the number of values in one ciphertext. */
  public int slots() {
    return limits.slots();
  }

  /** The level of a fresh ciphertext. */
  public int topLevel() {
    return NativeFacade.sotto_ckks_top_level(handle.get());
  }

  /** A new secret key. */
  public SecretKey generateSecretKey() {
    return new SecretKey(
        this, NativeCall.created(NativeFacade.sotto_ckks_secret_key_create(handle.get())));
  }

  /** A new public key for a secret key. */
  public PublicKey generatePublicKey(SecretKey key) {
    return new PublicKey(
        this,
        NativeCall.created(NativeFacade.sotto_ckks_public_key_create(handle.get(), key.get(this))));
  }

  /** A new key for {@link #relinearise}. */
  public RelinearisationKey generateRelinearisationKey(SecretKey key) {
    limits.checkKeySwitching();
    return new RelinearisationKey(
        this,
        NativeCall.created(NativeFacade.sotto_ckks_relin_key_create(handle.get(), key.get(this))));
  }

  /** A new key for {@link #rotate} by each of these steps. */
  public RotationKey generateRotationKey(SecretKey key, int... steps) {
    limits.checkKeySwitching();
    if (steps.length == 0) {
      throw new IllegalArgumentException("no rotations are given; give the steps to rotate by");
    }
    IntStream.of(steps).forEach(limits::checkSteps);
    try (NativeBuffer list = ints(steps)) {
      return new RotationKey(
          this,
          NativeCall.created(
              NativeFacade.sotto_ckks_galois_key_create(
                  handle.get(), key.get(this), list.pointer(), steps.length)));
    }
  }

  /** Encodes values into the first slots and zeros into the others. */
  public Plaintext encode(double[] values, double scale, int level) {
    limits.checkValues(values.length);
    limits.checkScale(scale);
    checkLevel(level);
    try (NativeBuffer list = NativeBuffer.allocate((long) values.length * Double.BYTES)) {
      list.bytes().asDoubleBuffer().put(values);
      return new Plaintext(
          this,
          NativeCall.created(
              NativeFacade.sotto_ckks_encode(
                  handle.get(), list.pointer(), values.length, scale, level)));
    }
  }

  /** Encodes one value into every slot. */
  public Plaintext encode(double value, double scale, int level) {
    limits.checkScale(scale);
    checkLevel(level);
    return new Plaintext(
        this,
        NativeCall.created(
            NativeFacade.sotto_ckks_encode_constant(handle.get(), value, scale, level)));
  }

  /** The values of all slots. */
  public double[] decode(Plaintext plaintext) {
    double[] values = new double[slots()];
    try (NativeBuffer list = NativeBuffer.allocate((long) slots() * Double.BYTES)) {
      NativeCall.check(
          NativeFacade.sotto_ckks_decode(handle.get(), plaintext.get(this), list.pointer()));
      list.bytes().asDoubleBuffer().get(values);
    }
    return values;
  }

  /** Encrypts under the public key. */
  public Ciphertext encrypt(PublicKey key, Plaintext plaintext) {
    return ciphertext(
        NativeFacade.sotto_ckks_encrypt(handle.get(), key.get(this), plaintext.get(this)));
  }

  /** Decrypts. */
  public Plaintext decrypt(SecretKey key, Ciphertext ciphertext) {
    return new Plaintext(
        this,
        NativeCall.created(
            NativeFacade.sotto_ckks_decrypt(handle.get(), key.get(this), ciphertext.get(this))));
  }

  /** a + b, slot by slot. */
  public Ciphertext add(Ciphertext a, Ciphertext b) {
    return ciphertext(NativeFacade.sotto_ckks_add(handle.get(), a.get(this), b.get(this)));
  }

  /** a + b, slot by slot. */
  public Ciphertext add(Ciphertext a, Plaintext b) {
    return ciphertext(NativeFacade.sotto_ckks_add_plain(handle.get(), a.get(this), b.get(this)));
  }

  /** a - b, slot by slot. */
  public Ciphertext subtract(Ciphertext a, Ciphertext b) {
    return ciphertext(NativeFacade.sotto_ckks_subtract(handle.get(), a.get(this), b.get(this)));
  }

  /** a * b, slot by slot, at the product of the scales; has three parts until relinearised. */
  public Ciphertext multiply(Ciphertext a, Ciphertext b) {
    return ciphertext(NativeFacade.sotto_ckks_multiply(handle.get(), a.get(this), b.get(this)));
  }

  /** a * b, slot by slot, at the product of the scales. */
  public Ciphertext multiply(Ciphertext a, Plaintext b) {
    return ciphertext(
        NativeFacade.sotto_ckks_multiply_plain(handle.get(), a.get(this), b.get(this)));
  }

  /** Brings a product back to two parts. */
  public Ciphertext relinearise(Ciphertext a, RelinearisationKey key) {
    return ciphertext(
        NativeFacade.sotto_ckks_relinearise(handle.get(), a.get(this), key.get(this)));
  }

  /** Divides by the level's prime and drops it. */
  public Ciphertext rescale(Ciphertext a) {
    return ciphertext(NativeFacade.sotto_ckks_rescale(handle.get(), a.get(this)));
  }

  /** Drops primes without dividing, down to a lower level. */
  public Ciphertext switchLevel(Ciphertext a, int level) {
    checkLevel(level);
    return ciphertext(NativeFacade.sotto_ckks_switch_level(handle.get(), a.get(this), level));
  }

  /** The same ciphertext read at another scale; its values change by the quotient. */
  public Ciphertext withScale(Ciphertext a, double scale) {
    limits.checkScale(scale);
    return ciphertext(NativeFacade.sotto_ckks_with_scale(a.get(this), scale));
  }

  /** Slot i of the result is slot i + steps of a, cyclically. */
  public Ciphertext rotate(Ciphertext a, int steps, RotationKey key) {
    limits.checkSteps(steps);
    return ciphertext(
        NativeFacade.sotto_ckks_rotate(handle.get(), a.get(this), steps, key.get(this)));
  }

  /** Primes of the chain, the one that serves key switching among them. */
  int primes() {
    return limits.primes();
  }

  sotto_ckks object() {
    return handle.get();
  }

  /** Frees the context; does nothing the second time. */
  @Override
  public void close() {
    handle.close();
  }

  private Ciphertext ciphertext(sotto_ckks_ciphertext object) {
    return new Ciphertext(this, NativeCall.created(object));
  }

  private void checkLevel(int level) {
    if (level < 0 || level > topLevel()) {
      throw new IllegalArgumentException(
          "level " + level + "; these parameters have levels 0 to " + topLevel());
    }
  }

  private static NativeBuffer ints(int... values) {
    NativeBuffer buffer = NativeBuffer.allocate((long) values.length * Integer.BYTES);
    buffer.bytes().asIntBuffer().put(values);
    return buffer;
  }

  /** A secret key. */
  public static final class SecretKey extends CkksObject<sotto_ckks_secret_key> {
    SecretKey(NativeCkks context, sotto_ckks_secret_key object) {
      super(context, object, "secret key", NativeFacade::sotto_ckks_secret_key_free);
    }
  }

  /** A public key. */
  public static final class PublicKey extends CkksObject<sotto_ckks_public_key> {
    PublicKey(NativeCkks context, sotto_ckks_public_key object) {
      super(context, object, "public key", NativeFacade::sotto_ckks_public_key_free);
    }
  }

  /** A key that relinearises. */
  public static final class RelinearisationKey extends CkksObject<sotto_ckks_relin_key> {
    RelinearisationKey(NativeCkks context, sotto_ckks_relin_key object) {
      super(context, object, "relinearisation key", NativeFacade::sotto_ckks_relin_key_free);
    }
  }

  /** A key that rotates. */
  public static final class RotationKey extends CkksObject<sotto_ckks_galois_key> {
    RotationKey(NativeCkks context, sotto_ckks_galois_key object) {
      super(context, object, "rotation key", NativeFacade::sotto_ckks_galois_key_free);
    }
  }

  /** Encoded values. */
  public static final class Plaintext extends CkksObject<sotto_ckks_plaintext> {
    Plaintext(NativeCkks context, sotto_ckks_plaintext object) {
      super(context, object, "plaintext", NativeFacade::sotto_ckks_plaintext_free);
    }

    /** Its level. */
    public int level() {
      return NativeFacade.sotto_ckks_plaintext_level(context(), get());
    }

    /** Its scale. */
    public double scale() {
      return NativeFacade.sotto_ckks_plaintext_scale(get());
    }
  }

  /** Encrypted values. */
  public static final class Ciphertext extends CkksObject<sotto_ckks_ciphertext> {
    Ciphertext(NativeCkks context, sotto_ckks_ciphertext object) {
      super(context, object, "ciphertext", NativeFacade::sotto_ckks_ciphertext_free);
    }

    /** Its level. */
    public int level() {
      return NativeFacade.sotto_ckks_ciphertext_level(context(), get());
    }

    /** Its scale. */
    public double scale() {
      return NativeFacade.sotto_ckks_ciphertext_scale(get());
    }

    /** The number of its polynomials: 2, or 3 for a product. */
    public int parts() {
      return NativeFacade.sotto_ckks_ciphertext_size(get());
    }
  }
}
