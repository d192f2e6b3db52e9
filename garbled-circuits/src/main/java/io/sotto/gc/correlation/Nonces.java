package io.sotto.gc.correlation;

/**
 * The numbers that a session uses once: of public labels, and of hashes. Both sides count alike, so
 * that each number is given for the same thing at both, and never again.
 *
 * <p><b>Security.</b> What is hashed under one number twice, or masked by one label twice, is open
 * to the other side. Counters only ever grow; at their end they throw.
 *
 * <p><b>Threading.</b> One thread, the session's.
 *
 * <p><b>Failure.</b> {@link ArithmeticException} when the numbers are used up.
 */
public final class Nonces {
  private long nextLabel;
  private long nextGateId;
  private long nextReverseId;

  /** The number of the first of so many public labels. */
  public long labels(long count) {
    long first = nextLabel;
    nextLabel = Math.addExact(first, count);
    return first;
  }

  /** The first of so many ids for hashes of gates, and of transfers with the garbler's offset. */
  public long gateIds(long count) {
    long first = nextGateId;
    nextGateId = Math.addExact(first, count);
    return first;
  }

  /**
   * The first of so many ids for hashes of transfers with the evaluator's offset: apart from those
   * of gates, whose top bit is 0.
   */
  public long reverseIds(long count) {
    long first = nextReverseId;
    nextReverseId = Math.addExact(first, count);
    return Long.MIN_VALUE | first;
  }
}
