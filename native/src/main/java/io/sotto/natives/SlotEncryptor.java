package io.sotto.natives;

import io.sotto.natives.internal.sotto_slots_encryptor;

/** A public key for a level or those below, by which fresh encryptions of zero are added. */
public final class SlotEncryptor {
  private static final CallStruct<sotto_slots_encryptor> STRUCT =
      new CallStruct<>(sotto_slots_encryptor::new);

  private final byte[] publicSeed;
  private final NativeBuffer b;

  /**
   * Borrows the key.
   *
   * @param b what {@link NativeSlots#publicKey} gives
   */
  public SlotEncryptor(byte[] publicSeed, NativeBuffer b) {
    this.publicSeed = publicSeed;
    this.b = b;
  }

  NativeBuffer nativeSeed() {
    return NativeSeed.copy("the public seed", publicSeed);
  }

  sotto_slots_encryptor struct(NativeBuffer open, long bytes) {
    return STRUCT.get().public_seed(open.pointer()).b(b.pointer("b", bytes));
  }
}
