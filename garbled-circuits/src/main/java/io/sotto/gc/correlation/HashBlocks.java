package io.sotto.gc.correlation;

/** Blocks of instances, one after the other, that share the keys of a hash. */
public final class HashBlocks {
  /** Instances of a block. SECURITY: twice as many cost one bit of the bound. */
  public static final int LARGEST = 256;

  private HashBlocks() {}

  /** Blocks of a chunk. */
  public static int count(int chunkSize) {
    return (chunkSize + LARGEST - 1) / LARGEST;
  }

  /** Instances of the block that starts there within a chunk. */
  public static int size(int chunkSize, int start) {
    return Math.min(LARGEST, chunkSize - start);
  }
}
