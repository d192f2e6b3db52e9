package io.sotto.server.calibrate;

import io.sotto.server.calibrate.FormatTrials.Candidate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes bytes away from formats that hold the tolerance, by small changes of few choices, and by
 * detours: a bit less of some choices, and as many more elsewhere as it takes.
 */
final class BitShaving {
  /** Multiplications that taking bits away takes at most. */
  private static final long SHAVING = 200_000_000_000L;

  private static final int LEAST_RUNS = 12;

  /** Bits that a detour adds elsewhere, at most. */
  private static final int DETOUR = 10;

  /** So many choices are changed at once, two if there are more than a few. */
  private static final int MOST_MOVED = 4;

  private static final int FEW_CHOICES = 10;

  /**
   * Changes after which the mean square is expected to be more than twice as large aren't tried.
   */
  private static final double WORTH_TRYING = 1;

  private final FormatTrials trials;
  private final BitPrices prices;
  private final Progress progress;

  /** How many runs may be made, and the number that the last of them has. */
  private final int budget;

  private final int last;

  BitShaving(FormatTrials trials, BitPrices prices, Goal goal, Progress progress) {
    this.trials = trials;
    this.prices = prices;
    this.progress = progress;
    long run = Math.max(1, trials.images() * trials.multiplications());
    this.budget = (int) Math.min(goal.runs(), Math.max(LEAST_RUNS, SHAVING / run));
    this.last = trials.runs() + budget;
  }

  Candidate from(Candidate start) {
    Candidate best = descended(start);
    boolean again = true;
    while (again && mayRun()) {
      again = false;
      for (int[] lowered : lowered()) {
        Candidate detour = mayRun() ? detour(best, lowered) : null;
        if (detour != null && detour.bytes() < best.bytes()) {
          best = detour;
          again = true;
        }
      }
    }
    progress.at("taking bits away", budget, budget);
    return best;
  }

  private boolean mayRun() {
    return trials.runs() < last;
  }

  /** Downhill as far as it goes. */
  private Candidate descended(Candidate start) {
    Candidate best = start;
    boolean again = true;
    while (again && mayRun()) {
      again = false;
      for (int[] more : around(best)) {
        progress.at("taking bits away", budget - Math.max(0, last - trials.runs()), budget);
        if (!mayRun()) {
          break;
        }
        Candidate candidate = trials.tried(more, best.bytes());
        if (candidate != null && trials.isMet(candidate)) {
          best = candidate;
          again = true;
          break;
        }
      }
    }
    return best;
  }

  /** The choices that detours begin with: each one, and each two if there are few. */
  private List<int[]> lowered() {
    List<int[]> lowered = new ArrayList<>();
    List<Integer> free = prices.costly();
    free.forEach(choice -> lowered.add(new int[] {choice}));
    if (free.size() <= FEW_CHOICES) {
      for (int one : free) {
        free.stream().filter(two -> two >= one).forEach(two -> lowered.add(new int[] {one, two}));
      }
    }
    return lowered;
  }

  private @Nullable Candidate detour(Candidate from, int[] lowered) {
    int[] more = from.more().clone();
    for (int choice : lowered) {
      more[choice]--;
    }
    for (int bits = 0; bits < DETOUR && mayRun(); bits++) {
      Candidate candidate = trials.tried(more.clone(), Double.POSITIVE_INFINITY);
      if (candidate == null) {
        return null;
      }
      if (trials.isMet(candidate)) {
        return descended(candidate);
      }
      int raised = prices.next(more, lowered);
      if (raised < 0) {
        return null;
      }
      more[raised]++;
    }
    return null;
  }

  /** A change of formats, and by how much error and bytes are expected to grow. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, never changed.
  private record Move(int[] more, double error, double bytes) {}

  /** Choices near these that should take fewer bytes, those of the least error first. */
  private List<int[]> around(Candidate best) {
    List<Integer> free = prices.costly();
    List<Move> moves = new ArrayList<>();
    int width = free.size() <= FEW_CHOICES ? MOST_MOVED : 2;
    moves(free, 0, width, new Move(best.more().clone(), 0, 0), moves);
    double most = 0;
    for (int choice : free) {
      most += prices.error(best.more(), choice);
    }
    double room = trials.searchGoal().tolerance() / Math.max(best.deviation().error(), 1e-12);
    double limit = most * (WORTH_TRYING * room * room - 1);
    return moves.stream()
        .filter(move -> move.bytes < 0 && move.error < limit)
        .sorted(Comparator.comparingDouble(Move::error))
        .map(Move::more)
        .toList();
  }

  /** All changes of at most so many of the choices from some place on. */
  private void moves(List<Integer> free, int from, int left, Move move, List<Move> moves) {
    for (int at = from; left > 0 && at < free.size(); at++) {
      int choice = free.get(at);
      double now = prices.error(move.more, choice);
      for (int by = -1; by <= 1; by++) {
        int bits = move.more[choice] + by;
        if (by != 0 && bits >= BitPrices.COARSEST && bits <= BitPrices.FINEST) {
          int[] more = move.more.clone();
          more[choice] = bits;
          double error = move.error + now * (Math.scalb(1.0, -2 * by) - 1);
          Move next = new Move(more, error, move.bytes + by * prices.cost(choice));
          moves.add(next);
          moves(free, at + 1, left - 1, next, moves);
        }
      }
    }
  }
}
