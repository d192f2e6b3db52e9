package io.sotto.gc.garble;

import io.sotto.natives.NativeBuffer;

/** Instances cut into chunks of one size, the last of which may be smaller. */
class Pieces {
  private final int instances;
  private final int chunk;

  /**
   * @param chunk instances of a chunk
   */
  Pieces(int instances, int chunk) {
    if (instances < 0) {
      throw new IllegalArgumentException(instances + " instances; give 0 or more");
    }
    this.instances = instances;
    this.chunk = chunk;
  }

  final int instances() {
    return instances;
  }

  /** Chunks. */
  final int count() {
    return (int) (((long) instances + chunk - 1) / chunk);
  }

  /** Index of a chunk's first instance. */
  final int first(int chunk) {
    return chunk * this.chunk;
  }

  /** Instances of a chunk. */
  final int size(int chunk) {
    return Math.min(this.chunk, instances - first(chunk));
  }

  /** Instances of the largest chunk. */
  final int largest() {
    return Math.min(chunk, instances);
  }

  /** A chunk's part of numbers of which each instance has one. */
  final NativeBuffer part(NativeBuffer numbers, int chunk) {
    return numbers.slice((long) first(chunk) * Long.BYTES, (long) size(chunk) * Long.BYTES);
  }
}
