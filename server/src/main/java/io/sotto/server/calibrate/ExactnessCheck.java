package io.sotto.server.calibrate;

import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.server.calibrate.FloatReference.Deviation;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import java.util.List;
import java.util.Locale;

/**
 * How exact a model is whose formats nobody measured: its outputs beside the float model's, on
 * random inputs of the declared range.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> {@link CompileException} as the compiler's.
 */
public final class ExactnessCheck {
  private static final int IMAGES = 16;
  private static final long SEED = 3;

  /** Multiplications that the check takes at most. */
  private static final long MOST_WORK = 2_000_000_000L;

  private ExactnessCheck() {}

  /** A sentence for the user. */
  public static String of(Lowered lowered, FixedPointSettings settings) {
    if (lowered.multiplications() > MOST_WORK / IMAGES) {
      return "how exact these formats are wasn't measured, as the model is large;"
          + " run `sotto calibrate DIR --input X.npy`, which does";
    }
    Graph comparable = FloatReference.comparable(lowered.graph());
    float limit = settings.inputLimit() == null ? 1 : settings.inputLimit().floatValue();
    List<float[]> inputs = Lowered.random(comparable, name -> limit, IMAGES, SEED);
    try (Workers workers = new Workers();
        CompiledModel model = ModelCompiler.compile(comparable, settings, null)) {
      return sentence(
          FloatReference.of(
                  new GraphInterpreter(comparable), Samples.of(comparable, inputs), workers)
              .deviation(model));
    }
  }

  private static String sentence(Deviation deviation) {
    return String.format(
        Locale.ROOT,
        "on %d random inputs the largest error is %.2g %% of the largest output%s%s",
        IMAGES,
        100 * deviation.error(),
        deviation.classes() == 0
            ? ""
            : String.format(
                Locale.ROOT, ", and %.4g %% of the classes agree", 100 * deviation.agreement()),
        deviation.wraps() == 0
            ? ""
            : "; %d values left their formats, so wider ones are needed"
                .formatted(deviation.wraps()));
  }
}
