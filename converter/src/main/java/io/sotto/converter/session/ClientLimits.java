package io.sotto.converter.session;

import io.sotto.converter.plan.Plan;
import java.time.Duration;

/**
 * What a client lets a server's model take here. Immutable; start with {@link #DEFAULT}.
 *
 * @param memoryBytes for a batch: native memory, and the inputs and outputs on the heap
 * @param work for an image, in the operations of {@link io.sotto.converter.step.WorkUnits}
 * @param silence how long a batch may go on without a message, because this side computes
 */
public record ClientLimits(long memoryBytes, long work, Duration silence) {
  /** Waits are counted in nanoseconds. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  /**
   * 4 GiB; 32 billion operations, four times what a network like ResNet-50 takes; a minute without
   * a message.
   */
  public static final ClientLimits DEFAULT =
      new ClientLimits(4L << 30, 32_000_000_000L, Duration.ofMinutes(1));

  public ClientLimits {
    if (memoryBytes < 1) {
      throw new IllegalArgumentException(
          "a memory limit of " + memoryBytes + " bytes given; allowed are 1 and more");
    }
    if (work < 1) {
      throw new IllegalArgumentException(
          "a work limit of " + work + " operations given; allowed are 1 and more");
    }
    if (silence.isNegative() || silence.isZero() || silence.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a limit of %s without a message given; allowed are times above 0 and up to 292 years"
              .formatted(silence));
    }
  }

  public ClientLimits withMemory(long bytes) {
    return new ClientLimits(bytes, work, silence);
  }

  public ClientLimits withWork(long operations) {
    return new ClientLimits(memoryBytes, operations, silence);
  }

  public ClientLimits withSilence(Duration limit) {
    return new ClientLimits(memoryBytes, work, limit);
  }

  /** Before anything is computed for a plan: it has to be possible to predict an image. */
  void check(Plan plan) {
    checkBatch(plan, 1);
    if (plan.work() > work) {
      throw PlanTooLargeException.work(plan.work(), work);
    }
  }

  /** Before anything is computed for a batch of so many images. */
  void checkBatch(Plan plan, int images) {
    long needed = SessionMemory.ofClient(plan, images);
    if (needed > memoryBytes) {
      throw PlanTooLargeException.memory(images, needed, memoryBytes, mostImages(plan));
    }
  }

  /** How many images a batch may have at most; 0 if there is no room for one. */
  int mostImages(Plan plan) {
    int fits = 0;
    int tooMany = plan.maxImages() + 1;
    while (tooMany - fits > 1) {
      int middle = (fits + tooMany) >>> 1;
      if (SessionMemory.ofClient(plan, middle) <= memoryBytes) {
        fits = middle;
      } else {
        tooMany = middle;
      }
    }
    return fits;
  }
}
