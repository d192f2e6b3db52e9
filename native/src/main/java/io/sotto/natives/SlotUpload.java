package io.sotto.natives;

import io.sotto.natives.internal.sotto_slots_upload;

/** So many fresh ciphertexts at a level, the first of which takes an index of the seeds. */
public final class SlotUpload {
  private static final CallStruct<sotto_slots_upload> STRUCT =
      new CallStruct<>(sotto_slots_upload::new);

  private final int level;
  private final int count;
  private final byte[] publicSeed;
  private final byte[] secretSeed;
  private final long firstIndex;

  /** Borrows the seeds. */
  public SlotUpload(int level, int count, byte[] publicSeed, byte[] secretSeed, long firstIndex) {
    this.level = level;
    this.count = count;
    this.publicSeed = publicSeed;
    this.secretSeed = secretSeed;
    this.firstIndex = firstIndex;
  }

  int level() {
    return level;
  }

  int count() {
    return count;
  }

  NativeBuffer nativePublicSeed() {
    return NativeSeed.copy("the public seed", publicSeed);
  }

  NativeBuffer nativeSecretSeed() {
    return NativeSeed.copy("the secret seed", secretSeed);
  }

  sotto_slots_upload struct(NativeBuffer open, NativeBuffer secret) {
    return STRUCT
        .get()
        .level(level)
        .count(count)
        .public_seed(open.pointer())
        .secret_seed(secret.pointer())
        .first_index(firstIndex);
  }
}
