package io.sotto.gc.lookup;

import io.sotto.channel.PeerViolationException;
import io.sotto.gc.correlation.ChunkedInstances;
import io.sotto.gc.correlation.Correlations;
import io.sotto.gc.correlation.Role;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;

/**
 * One side of {@link LookupForm}; both do the same, in turn.
 *
 * <p><b>Security.</b> The other side receives requests, which hide this side's shares and fresh
 * bits; tables, of which it can open one entry each, masked by a fresh bit; corrections, each with
 * a hash of a label that it doesn't have; and a bit of the sign, masked by a fresh one.
 *
 * <p><b>Threading.</b> As {@link Correlations}. No deadlock, as neither side ever waits in send: in
 * turn k the evaluator has received all that the garbler sent up to its turn k - lag, and the
 * garbler the moves that the evaluator sent up to turn k. So what a side has sent and the other has
 * not received is at most the moves of lag turns, a chunk's each time, and lag + 1 requests. With a
 * lag of 3 that is less than {@link io.sotto.channel.Channel#BUFFERED_BYTES}, which a channel takes
 * without blocking.
 *
 * <p><b>Failure.</b> As {@link Correlations}; what is malformed is a {@link
 * PeerViolationException}.
 */
public final class LookupSide {
  private final Correlations own;
  private final LookupSchedule schedule;
  private final LookupTransfers transfers;
  private final LookupMoves moves;
  private final LookupChunk[] chunks;

  private LookupSide(
      Correlations own,
      LookupSchedule schedule,
      NativeBuffer shares,
      NativeBuffer results,
      Scope scope) {
    this.own = own;
    this.schedule = schedule;
    LookupInputs inputs = LookupInputs.of(own, schedule, shares, scope);
    transfers = new LookupTransfers(own, schedule, inputs, scope);
    moves = new LookupMoves(own, schedule, inputs, results, scope);
    chunks = new LookupChunk[schedule.alive()];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = new LookupChunk(own, schedule, scope);
    }
  }

  /**
   * Computes a function of a + b as shares.
   *
   * @param shares this side's a or b for each instance
   * @param results receives this side's share for each instance; memory apart
   */
  public static void compute(
      Correlations own, LookupForm form, int instances, NativeBuffer shares, NativeBuffer results) {
    ChunkedInstances.check(instances, shares, results);
    own.run(() -> computeAlways(own, form, instances, shares, results));
  }

  /** The same whatever came before. */
  static void computeAlways(
      Correlations own, LookupForm form, int instances, NativeBuffer shares, NativeBuffer results) {
    LookupSchedule schedule = new LookupSchedule(form.function(), instances);
    if (schedule.count() == 0) {
      return;
    }
    try (Scope scope = new Scope()) {
      LookupSide side = new LookupSide(own, schedule, shares, results, scope);
      if (own.role() == Role.EVALUATOR) {
        side.evaluate();
      } else {
        side.garble();
      }
    }
  }

  private void evaluate() {
    request(0);
    own.channel().flush();
    for (int turn = 0; turn < schedule.turns(Role.EVALUATOR); turn++) {
      for (int step = schedule.steps(Role.EVALUATOR) - 1; step > 0; step--) {
        take(2 * step - 1, schedule.chunkAt(turn, step));
      }
      extend(schedule.chunkAt(turn, 0));
      for (int step = schedule.steps(Role.EVALUATOR) - 1; step >= 0; step--) {
        make(2 * step, schedule.chunkAt(turn, step));
      }
      request(turn + 1);
      own.channel().flush();
    }
  }

  private void garble() {
    for (int chunk = 0; chunk < schedule.lag(); chunk++) {
      request(chunk);
    }
    own.channel().flush();
    for (int turn = 0; turn < schedule.turns(Role.GARBLER); turn++) {
      extend(schedule.chunkAt(turn, 0));
      for (int step = schedule.steps(Role.GARBLER) - 1; step >= 0; step--) {
        take(2 * step, schedule.chunkAt(turn, step));
      }
      for (int step = schedule.steps(Role.GARBLER) - 1; step >= 0; step--) {
        make(2 * step + 1, schedule.chunkAt(turn, step));
      }
      request(turn + schedule.lag());
      own.channel().flush();
    }
  }

  private LookupChunk kept(int chunk) {
    return chunks[chunk % chunks.length];
  }

  private void request(int chunk) {
    if (chunk < schedule.count()) {
      kept(chunk).begin(chunk);
      transfers.request(kept(chunk));
    }
  }

  private void extend(int chunk) {
    if (chunk >= 0) {
      transfers.extend(kept(chunk));
    }
  }

  private void make(int move, int chunk) {
    if (chunk >= 0 && move < schedule.moves()) {
      moves.make(move, kept(chunk));
    }
  }

  private void take(int move, int chunk) {
    if (chunk >= 0 && move < schedule.moves()) {
      moves.take(move, kept(chunk));
    }
  }
}
