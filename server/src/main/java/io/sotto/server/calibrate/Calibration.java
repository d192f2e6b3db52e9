package io.sotto.server.calibrate;

import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.FunctionForm;
import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.Input;
import io.sotto.server.calibrate.FormatSearch.Found;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.ModelDigest;
import io.sotto.server.model.Ranges;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Finds a model's formats by measuring: how far its values go, see {@link Tails}, on samples and on
 * random inputs of the declared range, and how few bits they need, see {@link FormatSearch}. What
 * was found is tried on other random inputs.
 *
 * <p><b>Failure.</b> {@link IllegalArgumentException} for samples that are no inputs of the model,
 * or give no numbers. Where no formats fit, the ranges are found all the same.
 */
public final class Calibration {
  /** Fewer samples say little of what others are like. */
  public static final int FEW_SAMPLES = 64;

  /** The chance that a value leaves its range, by a model of tails, as a power of two. */
  public static final int CHANCE_BITS = Tails.CHANCE_BITS;

  /** Multiplications that running random inputs takes at most. */
  private static final long RANDOM_WORK = 20_000_000_000L;

  /** The same of a fixed-point model, whose multiplications take longer. */
  private static final long TRIAL_WORK = 5_000_000_000L;

  private static final int CHUNK = 64;
  private static final long RANGE_SEED = 1;
  private static final long TRIAL_SEED = 2;

  /**
   * What is asked for.
   *
   * @param tolerance the largest error allowed, as a share of the largest output
   * @param agreement the share of classes that are to be the float model's
   * @param random how many random inputs of the declared range are run; fewer of large models
   * @param runs how many formats are tried to take bits away, at most; fewer of large models
   */
  public record Asked(double tolerance, double agreement, int random, int runs) {
    public static final Asked DEFAULTS = new Asked(0.005, 0.999, 10_000, 1000);

    /** The same with another tolerance and share of classes. */
    public Asked within(double error, double classes) {
      return new Asked(error, classes, random, runs);
    }

    /** The same with less work. */
    public Asked quick(int inputs, int formats) {
      return new Asked(tolerance, agreement, inputs, formats);
    }
  }

  /**
   * What was found.
   *
   * @param ranges with bits and the accuracy reached, unless no formats fit
   * @param bytes that an image takes, both ways, in a full batch; 0 if no formats fit
   * @param before the same with the settings' formats
   * @param tried how many random inputs of the declared range were run
   * @param wraps how many values left their formats on them
   * @param refused why no formats fit; null if some do
   */
  public record Result(
      Ranges ranges, double bytes, double before, int tried, long wraps, @Nullable String refused) {
    /** The largest error on the samples, as a share of the largest output; NaN if not measured. */
    public double error() {
      Ranges.Accuracy accuracy = ranges.accuracy();
      return accuracy == null ? Double.NaN : accuracy.error();
    }

    /** Whether formats were found with which the model is as exact as was asked for. */
    public boolean isReached() {
      return ranges.accuracy() != null && ranges.accuracy().isReached();
    }
  }

  private final CalibrationTask task;
  private final Map<String, Double> limits = new LinkedHashMap<>();

  /** The inputs that are negative in some sample. */
  private final Set<String> signed = new HashSet<>();

  /** How many random inputs are run in floats, and in fixed point. */
  private final int random;

  private final int tried;

  private Calibration(CalibrationTask task, int random) {
    this.task = task;
    long work = Math.max(1, task.lowered().multiplications());
    this.random = (int) Math.max(1, Math.min(random, RANDOM_WORK / work));
    this.tried = (int) Math.max(1, Math.min(random, TRIAL_WORK / work));
  }

  /** Calibrates a graph. */
  public static Result run(
      Graph graph,
      FixedPointSettings settings,
      List<float[]> inputs,
      Asked asked,
      Progress progress) {
    return run(Lowered.of(graph, false), settings, inputs, asked, progress);
  }

  /**
   * Calibrates a graph's operations.
   *
   * @param settings their input limit is the declared range of inputs; without one it is what the
   *     samples have times the headroom
   * @param inputs samples, one array an input of the model
   */
  public static Result run(
      Lowered lowered,
      FixedPointSettings settings,
      List<float[]> inputs,
      Asked asked,
      Progress progress) {
    Samples samples = Samples.of(lowered.graph(), inputs);
    Goal goal = new Goal(asked.tolerance(), asked.agreement(), asked.runs());
    try (Workers workers = new Workers()) {
      CalibrationTask task =
          new CalibrationTask(lowered, settings, samples, goal, progress, workers);
      return new Calibration(task, asked.random()).run();
    }
  }

  private Result run() {
    Ranges ranges = ranges();
    try {
      Found found = FormatSearch.search(task, ranges, limits);
      return new Result(
          found.ranges(), found.bytes(), found.before(), tried, wraps(found.ranges()), null);
    } catch (CompileException e) {
      return new Result(ranges, 0, 0, 0, 0, e.getMessage());
    }
  }

  /** What the samples had, and what values are taken to stay in. */
  private Ranges ranges() {
    task.progress().at("measuring ranges", 0, 2);
    GraphInterpreter interpreter = new GraphInterpreter(task.graph());
    Tails measured = Tails.measure(interpreter, task.samples(), CHUNK, task.workers());
    task.progress().at("measuring ranges", 1, 2);
    Map<String, List<Double>> seen = measured.seen();
    for (Input input : task.graph().inputs()) {
      List<Double> ends = seen.getOrDefault(input.name(), List.of(0.0, 0.0));
      limits.put(input.name(), limit(ends));
      if (ends.get(0) < 0) {
        signed.add(input.name());
      }
    }
    Tails declared = Tails.measure(interpreter, random, CHUNK, this::declared, task.workers());
    task.progress().at("measuring ranges", 2, 2);
    return new Ranges(
        ModelDigest.of(task.graph()),
        task.samples().images(),
        seen,
        Tails.union(measured.limits(), declared.limits()),
        Map.of(),
        Map.of(),
        null);
  }

  private double limit(List<Double> ends) {
    Double limit = task.settings().inputLimit();
    return limit != null
        ? limit
        : Math.max(Math.max(-ends.get(0), ends.get(1)), 1e-6) * task.settings().headroom();
  }

  private List<float[]> declared(int from, int to) {
    return inputs(RANGE_SEED, from, to);
  }

  /**
   * Inputs all of whose numbers are as likely as others within the declared range, and none is
   * negative where no sample is.
   */
  private List<float[]> inputs(long seed, int from, int to) {
    List<float[]> inputs = new ArrayList<>();
    for (Input input : task.graph().inputs()) {
      double limit = limits.getOrDefault(input.name(), 1.0);
      double least = signed.contains(input.name()) ? -limit : 0;
      int elements = input.shape().elements();
      float[] images = new float[Math.multiplyExact(elements, to - from)];
      for (int image = from; image < to; image++) {
        SplittableRandom numbers =
            new SplittableRandom(seed << 40 | (long) image << 8 | inputs.size());
        for (int i = 0; i < elements; i++) {
          images[(image - from) * elements + i] =
              (float) (least + numbers.nextDouble() * (limit - least));
        }
      }
      inputs.add(images);
    }
    return inputs;
  }

  /** Values that leave their formats on random inputs. */
  private long wraps(Ranges found) {
    task.progress().at("trying random inputs", 0, tried);
    try (CompiledModel model =
        ModelCompiler.compile(task.lowered(), task.settings(), FunctionForm.LOOKUP, found)) {
      List<Long> wraps =
          task.workers()
              .slices(
                  tried,
                  FloatReference.chunk(model.plan().plan()),
                  (from, to) -> {
                    Wraps count = new Wraps();
                    FloatReference.outputs(model, inputs(TRIAL_SEED, from, to), count);
                    return count.count();
                  });
      task.progress().at("trying random inputs", tried, tried);
      return wraps.stream().mapToLong(Long::longValue).sum();
    }
  }
}
