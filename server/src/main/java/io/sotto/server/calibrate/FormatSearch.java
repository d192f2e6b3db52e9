package io.sotto.server.calibrate;

import io.sotto.channel.Traffic;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.step.FunctionForm;
import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.server.calibrate.Reference.Deviation;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.compile.formats.FormattedOperations;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import io.sotto.server.model.Ranges.Accuracy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fewest bits with which a model's outputs stay close to the float model's: of inputs, of
 * each linear layer's weights and results, by measuring the whole network.
 *
 * <p>With generous formats first. Then each {@linkplain FormatChoices choice} alone is made coarser
 * by some bits: by how much the outputs' mean square error grows tells what a bit of it is worth,
 * by how many bytes an image less it takes tells what a bit costs. Errors of different choices are
 * taken to be independent, each growing fourfold with a bit less. That gives a path from the
 * coarsest formats to fine ones, the bit that is worth most for its bytes being the next; the first
 * place on it where the tolerance holds is found by halving. From there a few choices at a time are
 * changed by a bit, as long as that takes bytes away and the tolerance holds. What held there is
 * measured on all samples, the cheapest first; if nothing holds, bits are added along the path.
 *
 * <p>Only what was measured counts: what is assumed of errors decides where to look, not what is
 * told.
 */
final class FormatSearch {
  /** By how many bits each choice is made coarser to see what they are worth. */
  private static final int PROBE_BITS = 4;

  private static final int PROBE_IMAGES = 32;

  /** The coarsest and the finest formats on the path, against the generous ones. */
  private static final int COARSEST = -9;

  private static final int FINEST = 4;

  /** Multiplications that a run takes at most, which bounds the samples that are searched with. */
  private static final long RUN = 4_000_000_000L;

  private static final int MOST_IMAGES = 768;
  private static final int LEAST_IMAGES = 16;

  /** Multiplications that taking bits away takes at most. */
  private static final long SHAVING = 200_000_000_000L;

  /** Where other samples follow, the search keeps this share of the tolerance. */
  private static final double MARGIN = 0.9;

  private static final int MOST_VERIFIED = 24;
  private static final int MOST_REPAIRS = 24;

  /** Bits that a detour adds elsewhere, at most. */
  private static final int DETOUR = 10;

  /** So many choices are changed at once, two if there are more than a few. */
  private static final int MOST_MOVED = 4;

  private static final int FEW_CHOICES = 10;

  /**
   * Changes after which the mean square is expected to be more than twice as large aren't tried.
   */
  private static final double WORTH_TRYING = 1;

  /** The batch whose bytes are counted. */
  private static final int BATCH = 2048;

  /**
   * What is asked for.
   *
   * @param tolerance the largest error, as a share of the largest output
   * @param agreement the share of classes that are the float model's
   * @param runs with fewer bits, at most
   */
  record Goal(double tolerance, double agreement, int runs) {
    boolean isMet(Deviation deviation) {
      return deviation.wraps() == 0
          && deviation.error() <= tolerance
          && deviation.agreement() >= agreement;
    }

    Goal withMargin() {
      return new Goal(tolerance * MARGIN, agreement, runs);
    }
  }

  /**
   * What was found.
   *
   * @param ranges with the bits, and the accuracy reached
   * @param bytes that an image takes, both ways, in a full batch
   * @param before the same with the settings' formats
   */
  record Found(Ranges ranges, double bytes, double before) {}

  /** A choice of formats that was tried. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, never changed.
  private record Candidate(int[] more, double bytes, Deviation deviation) {}

  private final Lowered lowered;
  private final FixedPointSettings settings;
  private final Goal goal;
  private final Workers workers;
  private final Progress progress;
  private final Reference all;
  private final Reference some;
  private final FormatChoices choices;
  private final double before;
  private final long multiplications;

  /** What a choice's error adds to the outputs' mean square, at the generous formats. */
  private final double[] errors;

  /** Bytes an image that a bit of each choice takes. */
  private final double[] costs;

  /** What held the tolerance on the samples of the search. */
  private final List<Candidate> passed = new ArrayList<>();

  private int runs;

  private FormatSearch(
      Lowered lowered,
      FixedPointSettings settings,
      Goal goal,
      Workers workers,
      Progress progress,
      Reference all,
      Reference some,
      FormatChoices choices,
      double before) {
    this.lowered = lowered;
    this.settings = settings;
    this.goal = goal;
    this.workers = workers;
    this.progress = progress;
    this.all = all;
    this.some = some;
    this.choices = choices;
    this.before = before;
    this.multiplications = Math.max(1, lowered.multiplications());
    this.errors = new double[choices.count()];
    this.costs = new double[choices.count()];
  }

  /**
   * Searches.
   *
   * @param ranges of the graph's values
   * @param limits of its inputs, by name
   * @throws CompileException if no formats fit
   */
  static Found search(
      Graph graph,
      FixedPointSettings settings,
      Ranges ranges,
      Map<String, Double> limits,
      Samples samples,
      Goal goal,
      Workers workers,
      Progress progress) {
    Graph comparable = Reference.comparable(graph);
    Lowered lowered = Lowered.of(comparable, false);
    GraphInterpreter interpreter = new GraphInterpreter(comparable);
    Reference all = Reference.of(interpreter, samples, workers);
    int images =
        (int)
            Math.max(
                LEAST_IMAGES, Math.min(MOST_IMAGES, RUN / Math.max(1, lowered.multiplications())));
    Reference some =
        samples.images() <= images
            ? all
            : Reference.of(interpreter, samples.spread(images), workers).relativeTo(all);
    FormatChoices choices =
        FormatChoices.of(
            lowered, FormattedOperations.of(lowered, settings, ranges).formats(), ranges, limits);
    double before;
    try (CompiledModel model =
        ModelCompiler.compile(lowered, settings, FunctionForm.LOOKUP, ranges)) {
      before = bytes(model);
    }
    return new FormatSearch(lowered, settings, goal, workers, progress, all, some, choices, before)
        .search();
  }

  private Found search() {
    Candidate generous = generous();
    Candidate best = generous;
    if (choices.count() > 0) {
      probe(generous);
      best = alongThePath(generous);
      if (searchGoal().isMet(best.deviation)) {
        best = shaved(best);
      }
    }
    Found found = cheapest();
    return found != null ? found : verified(best, generous);
  }

  /** Of what held the tolerance in the search, the one of the fewest bytes that does on all. */
  private @Nullable Found cheapest() {
    passed.sort(Comparator.comparingDouble(Candidate::bytes));
    double failed = Double.POSITIVE_INFINITY;
    int verified = 0;
    for (Candidate candidate : passed) {
      // What was worse in the search than what failed is hardly better on all.
      if (verified == MOST_VERIFIED || candidate.deviation.error() >= failed) {
        continue;
      }
      progress.at("measuring all samples", verified++, MOST_VERIFIED);
      try (CompiledModel model = compiled(candidate.more)) {
        Deviation deviation = some == all ? candidate.deviation : all.deviation(model);
        if (goal.isMet(deviation)) {
          return found(candidate.more, model, deviation);
        }
      }
      failed = candidate.deviation.error();
    }
    return null;
  }

  private Goal searchGoal() {
    return some == all ? goal : goal.withMargin();
  }

  /** Fine formats that fit a ring: all as fine as can be. */
  private Candidate generous() {
    CompileException refused = null;
    for (int coarser = 0; coarser >= COARSEST; coarser--) {
      int[] more = new int[choices.count()];
      Arrays.fill(more, coarser);
      try {
        return run(more, Double.POSITIVE_INFINITY);
      } catch (CompileException e) {
        refused = refused == null ? e : refused;
      }
    }
    throw refused == null ? new CompileException("no formats fit") : refused;
  }

  private CompiledModel compiled(int[] more) {
    return ModelCompiler.compile(lowered, settings, FunctionForm.LOOKUP, choices.ranges(more));
  }

  /** Bytes an image of a large batch, both ways. */
  static double bytes(CompiledModel model) {
    Plan plan = model.plan().plan();
    int images = Math.min(BATCH, plan.maxImages());
    double bytes = 0;
    for (int step = 0; step < plan.steps().size(); step++) {
      Traffic traffic = plan.clientTraffic(step, images);
      bytes += (double) traffic.bytesSent() + traffic.bytesReceived();
    }
    return bytes / images;
  }

  /** Runs formats on the samples of the search; if they take as many bytes as these, no run. */
  private Candidate run(int[] more, double below) {
    try (CompiledModel model = compiled(more)) {
      double bytes = bytes(model);
      if (bytes >= below) {
        return new Candidate(more, bytes, new Deviation(Double.POSITIVE_INFINITY, 0, 0, 0, 0));
      }
      runs++;
      Candidate candidate = new Candidate(more.clone(), bytes, some.deviation(model));
      if (goal.isMet(candidate.deviation)) {
        passed.add(candidate);
      }
      return candidate;
    }
  }

  /** The same; null if the formats don't fit. */
  private @Nullable Candidate tried(int[] more, double below) {
    try {
      return run(more, below);
    } catch (CompileException e) {
      return null;
    }
  }

  /** What each choice's bits are worth, and cost. */
  private void probe(Candidate generous) {
    Deviation fine;
    try (CompiledModel model = compiled(generous.more)) {
      fine = some.deviation(model, PROBE_IMAGES);
    }
    int wave = 2 * Runtime.getRuntime().availableProcessors();
    for (int first = 0; first < choices.count(); first += wave) {
      progress.at("measuring layers", first, choices.count());
      List<Callable<double[]>> probes = new ArrayList<>();
      int end = Math.min(choices.count(), first + wave);
      for (int choice = first; choice < end; choice++) {
        int[] coarser = generous.more.clone();
        coarser[choice] -= PROBE_BITS;
        probes.add(() -> probed(coarser, generous.bytes, fine));
      }
      List<double[]> results = workers.all(probes);
      for (int choice = first; choice < end; choice++) {
        errors[choice] = results.get(choice - first)[0];
        costs[choice] = results.get(choice - first)[1];
      }
    }
    progress.at("measuring layers", choices.count(), choices.count());
    double sum = Arrays.stream(errors).sum();
    for (int choice = 0; choice < errors.length; choice++) {
      // What seems to be of no effect may have a little.
      errors[choice] = Math.max(errors[choice], Math.max(sum, 1e-12) * 1e-4 / errors.length);
    }
  }

  private double[] probed(int[] coarser, double bytes, Deviation fine) {
    try (CompiledModel model = compiled(coarser)) {
      double more = some.deviation(model, PROBE_IMAGES).meanSquare() - fine.meanSquare();
      return new double[] {
        Math.max(0, more) / (Math.scalb(1.0, 2 * PROBE_BITS) - 1),
        (bytes - bytes(model)) / PROBE_BITS
      };
    } catch (CompileException e) {
      return new double[] {fine.meanSquare(), 0};
    }
  }

  /** How much error a bit more takes away for its bytes. */
  private double worth(int[] more, int choice) {
    return errors[choice] * Math.scalb(1.0, -2 * more[choice]) / costs[choice];
  }

  /** The next bit: the one that is worth most for its bytes; -1 if there is none. */
  private int next(int[] more, int... but) {
    int best = -1;
    double most = 0;
    for (int choice = 0; choice < choices.count(); choice++) {
      int candidate = choice;
      boolean may = Arrays.stream(but).noneMatch(other -> other == candidate);
      if (may && more[choice] < FINEST && costs[choice] > 0) {
        double worth = worth(more, choice);
        if (worth > most) {
          most = worth;
          best = choice;
        }
      }
    }
    return best;
  }

  /** The first formats on the path from coarse to fine ones with which the tolerance holds. */
  private Candidate alongThePath(Candidate generous) {
    int[] start = generous.more.clone();
    for (int choice = 0; choice < start.length; choice++) {
      start[choice] = costs[choice] > 0 ? COARSEST : start[choice];
    }
    List<Integer> path = new ArrayList<>();
    int[] at = start.clone();
    for (int choice = next(at); choice >= 0; choice = next(at)) {
      path.add(choice);
      at[choice]++;
    }
    Candidate best = generous;
    int low = 0;
    int high = path.size();
    int steps = Integer.SIZE - Integer.numberOfLeadingZeros(high);
    for (int step = 0; low < high; step++) {
      progress.at("looking for formats", step, steps);
      int middle = (low + high) / 2;
      int[] more = start.clone();
      path.subList(0, middle).forEach(choice -> more[choice]++);
      Candidate candidate = tried(more, Double.POSITIVE_INFINITY);
      if (candidate == null) {
        // Too fine for any ring, or so coarse that nothing fits: the former is above generous.
        high = middle;
      } else if (searchGoal().isMet(candidate.deviation)) {
        best = better(best, candidate);
        high = middle;
      } else {
        best = searchGoal().isMet(best.deviation) ? best : closer(best, candidate);
        low = middle + 1;
      }
    }
    progress.at("looking for formats", steps, steps);
    return best;
  }

  /** The one of fewer bytes, of two of which the second holds the tolerance. */
  private Candidate better(Candidate one, Candidate other) {
    return !searchGoal().isMet(one.deviation) || other.bytes < one.bytes ? other : one;
  }

  private static Candidate closer(Candidate one, Candidate other) {
    return other.deviation.wraps() == 0 && other.deviation.error() < one.deviation.error()
        ? other
        : one;
  }

  /** With fewer bytes, by small changes of few choices, and by detours. */
  private Candidate shaved(Candidate start) {
    long run = Math.max(1, some.images() * multiplications);
    int budget = (int) Math.min(goal.runs, Math.max(12, SHAVING / run));
    int last = runs + budget;
    Candidate best = descended(start, budget, last);
    boolean again = true;
    while (again && runs < last) {
      again = false;
      for (int[] lowered : lowered()) {
        Candidate detour = runs < last ? detour(best, lowered, budget, last) : null;
        if (detour != null && detour.bytes < best.bytes) {
          best = detour;
          again = true;
        }
      }
    }
    progress.at("taking bits away", budget, budget);
    return best;
  }

  /** Downhill as far as it goes. */
  private Candidate descended(Candidate start, int budget, int last) {
    Candidate best = start;
    boolean again = true;
    while (again && runs < last) {
      again = false;
      for (int[] more : around(best)) {
        progress.at("taking bits away", budget - Math.max(0, last - runs), budget);
        if (runs >= last) {
          break;
        }
        Candidate candidate = tried(more, best.bytes);
        if (candidate != null && searchGoal().isMet(candidate.deviation)) {
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
    List<Integer> free = free();
    free.forEach(choice -> lowered.add(new int[] {choice}));
    if (free.size() <= FEW_CHOICES) {
      for (int one : free) {
        free.stream().filter(two -> two >= one).forEach(two -> lowered.add(new int[] {one, two}));
      }
    }
    return lowered;
  }

  /** With a bit less of some choices and as many more elsewhere as it takes, then downhill. */
  private @Nullable Candidate detour(Candidate from, int[] lowered, int budget, int last) {
    int[] more = from.more.clone();
    for (int choice : lowered) {
      more[choice]--;
    }
    for (int bits = 0; bits < DETOUR && runs < last; bits++) {
      Candidate candidate = tried(more.clone(), Double.POSITIVE_INFINITY);
      if (candidate == null) {
        return null;
      }
      if (searchGoal().isMet(candidate.deviation)) {
        return descended(candidate, budget, last);
      }
      int raised = next(more, lowered);
      if (raised < 0) {
        return null;
      }
      more[raised]++;
    }
    return null;
  }

  /** The choices that cost something. */
  private List<Integer> free() {
    List<Integer> free = new ArrayList<>();
    for (int choice = 0; choice < choices.count(); choice++) {
      if (costs[choice] > 0) {
        free.add(choice);
      }
    }
    return free;
  }

  /** A change of formats, and by how much error and bytes are expected to grow. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, never changed.
  private record Move(int[] more, double error, double bytes) {}

  /** Choices near these that should take fewer bytes, those of the least error first. */
  private List<int[]> around(Candidate best) {
    List<Integer> free = free();
    List<Move> moves = new ArrayList<>();
    int width = free.size() <= FEW_CHOICES ? MOST_MOVED : 2;
    moves(free, 0, width, new Move(best.more.clone(), 0, 0), moves);
    double most = 0;
    for (int choice : free) {
      most += errors[choice] * Math.scalb(1.0, -2 * best.more[choice]);
    }
    double room = searchGoal().tolerance() / Math.max(best.deviation.error(), 1e-12);
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
      double now = errors[choice] * Math.scalb(1.0, -2 * move.more[choice]);
      for (int by = -1; by <= 1; by++) {
        int bits = move.more[choice] + by;
        if (by != 0 && bits >= COARSEST && bits <= FINEST) {
          int[] more = move.more.clone();
          more[choice] = bits;
          double error = move.error + now * (Math.scalb(1.0, -2 * by) - 1);
          Move next = new Move(more, error, move.bytes + by * costs[choice]);
          moves.add(next);
          moves(free, at + 1, left - 1, next, moves);
        }
      }
    }
  }

  /** Measured on all samples, with more bits if need be. */
  private Found verified(Candidate best, Candidate generous) {
    int[] more = best.more.clone();
    Found closest = null;
    double closestError = Double.POSITIVE_INFINITY;
    for (int repair = 0; repair <= MOST_REPAIRS; repair++) {
      progress.at("measuring all samples", repair, MOST_REPAIRS);
      try (CompiledModel model = compiled(more)) {
        Deviation deviation = all.deviation(model);
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
      for (int bits = 0; bits <= repair / 2; bits++) {
        int raised = next(more);
        if (raised >= 0) {
          more[raised]++;
        }
      }
    }
    try (CompiledModel model = compiled(generous.more)) {
      Deviation deviation = all.deviation(model);
      Found found = found(generous.more, model, deviation);
      progress.at("measuring all samples", MOST_REPAIRS, MOST_REPAIRS);
      boolean finer = deviation.wraps() == 0 && deviation.error() < closestError;
      return closest == null || goal.isMet(deviation) || finer ? found : closest;
    }
  }

  private Found found(int[] more, CompiledModel model, Deviation deviation) {
    return new Found(
        choices
            .ranges(more)
            .withAccuracy(
                new Accuracy(
                    goal.tolerance(),
                    deviation.error(),
                    goal.agreement(),
                    deviation.agreement(),
                    all.images())),
        bytes(model),
        before);
  }
}
