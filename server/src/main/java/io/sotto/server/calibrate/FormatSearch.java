package io.sotto.server.calibrate;

import io.sotto.converter.step.FunctionForm;
import io.sotto.server.calibrate.FloatReference.Deviation;
import io.sotto.server.calibrate.FormatTrials.Candidate;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.compile.formats.Formats;
import io.sotto.server.compile.formats.FormattedOperations;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.Ranges;
import io.sotto.server.model.Ranges.Accuracy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fewest bits with which a model's outputs stay close to the float model's: of inputs, of
 * each linear layer's weights and results, by measuring the whole network.
 *
 * <p>With generous formats first. What bits are worth and cost, {@link BitPrices}, gives a path
 * from the coarsest formats to fine ones, the bit that is worth most for its bytes being the next;
 * the first place on it where the tolerance holds is found by halving. From there a few choices at
 * a time are changed by a bit, as long as that takes bytes away and the tolerance holds, see {@link
 * BitShaving}. What held there is measured on all samples, the cheapest first; if nothing holds,
 * bits are added along the path.
 *
 * <p>Only what was measured counts: what is assumed of errors decides where to look, not what is
 * told.
 */
final class FormatSearch {
  /** Multiplications that trying each choice on an image takes at most. */
  private static final long PROBES = 5_000_000_000L;

  private static final int LEAST_CHOICES = 4;

  /** How many formats are tried to take bits away from a model in which each takes long. */
  private static final int FEW_RUNS = 4;

  private static final int MOST_VERIFIED = 24;
  private static final int MOST_REPAIRS = 24;

  /**
   * What was found.
   *
   * @param ranges with the bits, and the accuracy reached
   * @param bytes that an image takes, both ways, in a full batch
   * @param before the same with the settings' formats
   */
  record Found(Ranges ranges, double bytes, double before) {}

  private final CalibrationTask task;
  private final Goal goal;
  private final Progress progress;
  private final FormatChoices choices;
  private final FormatTrials trials;
  private final double before;

  private FormatSearch(
      CalibrationTask task, FormatChoices choices, FormatTrials trials, double before) {
    this.task = task;
    this.goal = task.goal();
    this.progress = task.progress();
    this.choices = choices;
    this.trials = trials;
    this.before = before;
  }

  /**
   * Searches.
   *
   * @param ranges of the graph's values
   * @param limits of its inputs, by name
   * @throws CompileException if no formats fit
   */
  static Found search(CalibrationTask given, Ranges ranges, Map<String, Double> limits) {
    CalibrationTask task = given.comparable();
    Lowered lowered = task.lowered();
    task.progress().at("planning formats", 0, 1);
    Formats formats = FormattedOperations.of(lowered, task.settings(), ranges).formats();
    long work = Math.max(1, lowered.multiplications());
    FormatChoices choices =
        FormatChoices.of(lowered.operations(), formats, ranges, limits)
            .grouped((int) Math.max(LEAST_CHOICES, PROBES / work));
    FormatTrials trials = new FormatTrials(task, lowered, choices);
    double before;
    try (CompiledModel model =
        ModelCompiler.compile(lowered, task.settings(), FunctionForm.LOOKUP, ranges)) {
      before = model.bytesPerImage();
    }
    return new FormatSearch(task, choices, trials, before).search();
  }

  private Found search() {
    Candidate generous = generous();
    Candidate best = generous;
    BitPrices prices = BitPrices.none(0);
    if (choices.count() > 0) {
      prices = BitPrices.measure(choices.count(), trials, generous, task.workers(), progress);
      best = alongThePath(generous, prices);
      if (trials.isMet(best)) {
        Goal asked = choices.isGrouped() ? goal.withRuns(FEW_RUNS) : goal;
        best = new BitShaving(trials, prices, asked, progress).from(best);
      }
    }
    Found found = cheapest();
    return found != null ? found : verified(best, generous, prices);
  }

  /** Fine formats that fit a ring: all as fine as can be. */
  private Candidate generous() {
    CompileException refused = null;
    progress.at("looking for the hardest samples", 0, 1);
    for (int coarser = 0; coarser >= BitPrices.COARSEST; coarser--) {
      int[] more = new int[choices.count()];
      Arrays.fill(more, coarser);
      try {
        return trials.start(more);
      } catch (CompileException e) {
        refused = refused == null ? e : refused;
      }
    }
    throw refused == null ? new CompileException("no formats fit") : refused;
  }

  /** The first formats on the path from coarse to fine ones with which the tolerance holds. */
  private Candidate alongThePath(Candidate generous, BitPrices prices) {
    int[] start = generous.more().clone();
    prices.costly().forEach(choice -> start[choice] = BitPrices.COARSEST);
    List<Integer> path = path(start, prices);
    Candidate best = generous;
    int low = 0;
    int high = path.size();
    int steps = Integer.SIZE - Integer.numberOfLeadingZeros(high);
    for (int step = 0; low < high; step++) {
      progress.at("looking for formats", step, steps);
      int middle = (low + high) / 2;
      int[] more = start.clone();
      path.subList(0, middle).forEach(choice -> more[choice]++);
      Candidate candidate = trials.tried(more, Double.POSITIVE_INFINITY);
      if (candidate == null) {
        // Too fine for any ring, or so coarse that nothing fits: the former is above generous.
        high = middle;
      } else if (trials.isMet(candidate)) {
        best = better(best, candidate);
        high = middle;
      } else {
        best = trials.isMet(best) ? best : closer(best, candidate);
        low = middle + 1;
      }
    }
    progress.at("looking for formats", steps, steps);
    return best;
  }

  /** The choices that get a bit more, one after the other. */
  private static List<Integer> path(int[] start, BitPrices prices) {
    List<Integer> path = new ArrayList<>();
    int[] at = start.clone();
    for (int choice = prices.next(at); choice >= 0; choice = prices.next(at)) {
      path.add(choice);
      at[choice]++;
    }
    return path;
  }

  /** The one of fewer bytes, of two of which the second holds the tolerance. */
  private Candidate better(Candidate one, Candidate other) {
    return !trials.isMet(one) || other.bytes() < one.bytes() ? other : one;
  }

  private static Candidate closer(Candidate one, Candidate other) {
    return other.deviation().wraps() == 0 && other.deviation().error() < one.deviation().error()
        ? other
        : one;
  }

  /** Of what held the tolerance in the search, the one of the fewest bytes that does on all. */
  private @Nullable Found cheapest() {
    double failed = Double.POSITIVE_INFINITY;
    int verified = 0;
    for (Candidate candidate : trials.passed()) {
      // What was worse in the search than what failed is hardly better on all.
      if (verified == MOST_VERIFIED || candidate.deviation().error() >= failed) {
        continue;
      }
      progress.at("measuring all samples", verified++, MOST_VERIFIED);
      try (CompiledModel model = trials.compiled(candidate.more())) {
        Deviation deviation = trials.onAll(model, candidate);
        if (goal.isMet(deviation)) {
          return found(candidate.more(), model, deviation);
        }
      }
      failed = candidate.deviation().error();
    }
    return null;
  }

  /** Measured on all samples, with more bits if need be. */
  private Found verified(Candidate best, Candidate generous, BitPrices prices) {
    int[] more = best.more().clone();
    Found closest = null;
    int repairs = choices.isGrouped() ? FEW_RUNS : MOST_REPAIRS;
    double closestError = Double.POSITIVE_INFINITY;
    for (int repair = 0; repair <= repairs; repair++) {
      progress.at("measuring all samples", repair, repairs);
      try (CompiledModel model = trials.compiled(more)) {
        Deviation deviation = trials.onAll(model);
        Found found = found(more, model, deviation);
        if (goal.isMet(deviation)) {
          progress.at("measuring all samples", MOST_REPAIRS, MOST_REPAIRS);
          return found;
        }
        if (closest == null || (deviation.wraps() == 0 && deviation.error() < closestError)) {
          closest = found;
          closestError = deviation.error();
        }
      } catch (CompileException e) {
        break;
      }
      if (!raise(more, prices, 1 + repair / 2)) {
        break;
      }
    }
    return closestOr(closest, closestError, generous);
  }

  /** So many bits more where they are worth most; false if there are none. */
  private static boolean raise(int[] more, BitPrices prices, int bits) {
    int raised = 0;
    for (int next = prices.next(more); next >= 0 && raised < bits; next = prices.next(more)) {
      more[next]++;
      raised++;
    }
    return raised > 0;
  }

  /** What came closest, or the generous formats if they are closer. */
  private Found closestOr(@Nullable Found closest, double closestError, Candidate generous) {
    try (CompiledModel model = trials.compiled(generous.more())) {
      Deviation deviation = trials.onAll(model);
      Found found = found(generous.more(), model, deviation);
      progress.at("measuring all samples", MOST_REPAIRS, MOST_REPAIRS);
      boolean finer = deviation.wraps() == 0 && deviation.error() < closestError;
      return closest == null || goal.isMet(deviation) || finer ? found : closest;
    }
  }

  private Found found(int[] more, CompiledModel model, Deviation deviation) {
    Accuracy accuracy =
        new Accuracy(
            goal.tolerance(),
            deviation.error(),
            goal.agreement(),
            deviation.agreement(),
            trials.allImages());
    return new Found(choices.ranges(more).withAccuracy(accuracy), model.bytesPerImage(), before);
  }
}
