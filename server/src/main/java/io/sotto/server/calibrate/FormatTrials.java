package io.sotto.server.calibrate;

import io.sotto.converter.step.FunctionForm;
import io.sotto.graph.GraphInterpreter;
import io.sotto.server.calibrate.FloatReference.Deviation;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a model with formats of choice and measures it: on some of the samples while formats are
 * searched, on all of them at last. Keeps what met the goal.
 */
final class FormatTrials {
  /** Multiplications that a run takes at most, which bounds the samples that are searched with. */
  private static final long RUN = 4_000_000_000L;

  private static final int MOST_IMAGES = 768;
  private static final int LEAST_IMAGES = 2;

  /** Formats that were tried. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, never changed.
  record Candidate(int[] more, double bytes, Deviation deviation) {}

  private final Lowered lowered;
  private final FixedPointSettings settings;
  private final FormatChoices choices;
  private final Goal goal;
  private final FloatReference all;
  private FloatReference some;

  /** What held the tolerance on the samples of the search. */
  private final List<Candidate> passed = new ArrayList<>();

  private int runs;

  FormatTrials(CalibrationTask task, Lowered lowered, FormatChoices choices) {
    this.lowered = lowered;
    this.settings = task.settings();
    this.choices = choices;
    this.goal = task.goal();
    this.all =
        FloatReference.of(new GraphInterpreter(task.graph()), task.samples(), task.workers());
    this.some = all;
  }

  /**
   * Measures formats to start from, on the samples that are searched with: some from the whole of
   * them, or those on which these formats err most. What suits the hardest mostly suits all; what
   * suits others is one of many that are tried on all in the end.
   *
   * @throws CompileException if the formats don't fit
   */
  Candidate start(int[] more) {
    int images = (int) Math.max(LEAST_IMAGES, Math.min(MOST_IMAGES, RUN / multiplications()));
    try (CompiledModel model = compiled(more)) {
      if (all.images() > images) {
        some = all.of(isOfHardest() ? all.hardest(model, images) : all.spread(images));
      }
      return measured(model, more);
    }
  }

  /** Where few formats are tried. */
  private boolean isOfHardest() {
    return choices.isGrouped();
  }

  /** Weights times inputs that one image takes. */
  long multiplications() {
    return Math.max(1, lowered.multiplications());
  }

  /** What is to be met in the search: more, where harder samples follow. */
  Goal searchGoal() {
    return some == all || isOfHardest() ? goal : goal.withMargin();
  }

  boolean isMet(Candidate candidate) {
    return searchGoal().isMet(candidate.deviation);
  }

  /** How many samples the search has. */
  int images() {
    return some.images();
  }

  /** How many runs there were on the samples of the search. */
  int runs() {
    return runs;
  }

  /** What met the goal on the samples of the search, the fewest bytes first. */
  List<Candidate> passed() {
    return passed.stream().sorted(Comparator.comparingDouble(Candidate::bytes)).toList();
  }

  CompiledModel compiled(int[] more) {
    return ModelCompiler.compile(lowered, settings, FunctionForm.LOOKUP, choices.ranges(more));
  }

  /** On the samples of the search; if the formats take as many bytes as these, no run. */
  Candidate run(int[] more, double below) {
    try (CompiledModel model = compiled(more)) {
      double bytes = model.bytesPerImage();
      if (bytes >= below) {
        return new Candidate(more, bytes, new Deviation(Double.POSITIVE_INFINITY, 0, 0, 0, 0));
      }
      return measured(model, more);
    }
  }

  private Candidate measured(CompiledModel model, int[] more) {
    runs++;
    Candidate candidate = new Candidate(more.clone(), model.bytesPerImage(), some.deviation(model));
    if (goal.isMet(candidate.deviation)) {
      passed.add(candidate);
    }
    return candidate;
  }

  /** The same; null if the formats don't fit. */
  @Nullable Candidate tried(int[] more, double below) {
    try {
      return run(more, below);
    } catch (CompileException e) {
      return null;
    }
  }

  /** On so many samples of the search, by this thread alone. */
  Deviation onFirst(CompiledModel model, int images) {
    return some.deviation(model, images);
  }

  /** On all samples. */
  Deviation onAll(CompiledModel model) {
    return all.deviation(model);
  }

  /** The same of what was tried on those of the search. */
  Deviation onAll(CompiledModel model, Candidate candidate) {
    return some == all ? candidate.deviation : onAll(model);
  }

  /** How many samples there are. */
  int allImages() {
    return all.images();
  }
}
