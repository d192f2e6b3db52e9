package io.sotto.gc.correlation;

import io.sotto.channel.Channel;
import io.sotto.natives.NativeBuffer;

/**
 * Instances cut into chunks of one size, the last of which may be smaller. What belongs to a chunk
 * shares messages, and several chunks are under way at a time.
 */
public class ChunkedInstances {
  /** Chunks under way, if the channel takes the evaluator's messages for so many. AGREEMENT. */
  private static final int MAX_WINDOW = 4;

  private final int instances;
  private final int chunk;

  /**
   * @param chunk instances of a chunk
   */
  public ChunkedInstances(int instances, int chunk) {
    if (instances < 0) {
      throw new IllegalArgumentException(instances + " instances; give 0 or more");
    }
    this.instances = instances;
    this.chunk = chunk;
  }

  /** Of all chunks. */
  public final int instances() {
    return instances;
  }

  /** Chunks. */
  public final int count() {
    return (int) (((long) instances + chunk - 1) / chunk);
  }

  /** Index of a chunk's first instance. */
  public final int first(int chunk) {
    return chunk * this.chunk;
  }

  /** Instances of a chunk. */
  public final int size(int chunk) {
    return Math.min(this.chunk, instances - first(chunk));
  }

  /** Instances of the largest chunk. */
  public final int largest() {
    return Math.min(chunk, instances);
  }

  /** A chunk's part of numbers of which each instance has one. */
  public final NativeBuffer part(NativeBuffer numbers, int chunk) {
    return numbers.slice((long) first(chunk) * Long.BYTES, (long) size(chunk) * Long.BYTES);
  }

  /**
   * Chunks that the evaluator asks for before it receives the first: one, which can't block
   * anybody, and as many more as the channel takes for sure.
   *
   * @param bytesOfEvaluator what it sends for each chunk
   */
  public final int window(long bytesOfEvaluator) {
    long taken = Channel.BUFFERED_BYTES / bytesOfEvaluator;
    return Math.min(count(), 1 + (int) Math.min(MAX_WINDOW - 1, taken));
  }

  /**
   * Times that the evaluator waits: the first chunk follows the first window of requests, each
   * later one a request as long as there are chunks left to ask for.
   */
  public final int rounds(int window) {
    return count() == 0 ? 0 : 1 + count() - window;
  }

  /**
   * Checks buffers of shares and results that a side is given.
   *
   * @throws IllegalArgumentException if they are too short, or share memory: results are written
   *     while shares are still read
   */
  public static void check(int instances, NativeBuffer numbers, NativeBuffer results) {
    long bytes = Math.multiplyExact((long) instances, Long.BYTES);
    if (instances < 0 || numbers.size() < bytes || results.size() < bytes) {
      throw new IllegalArgumentException(
          "%d instances with buffers of %d and %d bytes; give 8 bytes for each instance"
              .formatted(instances, numbers.size(), results.size()));
    }
    if (numbers.overlaps(results)) {
      throw new IllegalArgumentException("results share memory with shares; give memory apart");
    }
  }
}
