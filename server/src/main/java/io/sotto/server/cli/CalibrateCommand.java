package io.sotto.server.cli;

import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.step.StepSpec;
import io.sotto.data.InputFile;
import io.sotto.data.Tensor;
import io.sotto.data.TextTable;
import io.sotto.graph.Graph;
import io.sotto.graph.Shape;
import io.sotto.server.ConfigException;
import io.sotto.server.LoadedModel;
import io.sotto.server.calibrate.Calibration;
import io.sotto.server.calibrate.Calibration.Asked;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.compile.layouts.LayoutMeans;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.LayerReport;
import io.sotto.server.model.Ranges;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sotto calibrate}: finds the formats that a model needs, by measuring it on samples. */
@Command(
    name = "calibrate",
    description = {
      "Runs a model in the clear on sample inputs, finds the fewest bits with which its outputs"
          + " stay",
      "close to the float model's, and writes them beside the model for `serve` and `inspect`."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class CalibrateCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The SavedModel.")
  private Path model = Path.of("");

  @Option(
      names = "--input",
      paramLabel = "FILE",
      required = true,
      description =
          "Typical inputs: .npy (float32 or 64, images first) or MNIST IDX(.gz). Once for each"
              + " input of the model, in the order of its signature.")
  private List<Path> inputs = List.of();

  @Option(names = "--images", paramLabel = "N", description = "Take only the first N of them.")
  private @Nullable Integer images;

  @Option(
      names = "--tolerance",
      paramLabel = "SHARE",
      description = "The largest error of an output, as a share of the largest output; 0.005.")
  private double tolerance = Asked.DEFAULTS.tolerance();

  @Option(
      names = "--agreement",
      paramLabel = "SHARE",
      description = "The share of samples whose class is to be the float model's; 0.999.")
  private double agreement = Asked.DEFAULTS.agreement();

  @Option(
      names = "--input-limit",
      paramLabel = "X",
      description = "Inputs lie within -X..X; 1.5 times the largest that is given, if not said.")
  private @Nullable Double inputLimit;

  @Option(
      names = "--signature",
      paramLabel = "NAME",
      description = "Signature of the model; serving_default, or else the only one.")
  private @Nullable String signature;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Where to write; DIR.ranges.json beside the model, where it is found again.")
  private @Nullable Path output;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    requireShares();
    FixedPointSettings settings = settings();
    Graph graph = LoadedModel.read(model, signature);
    if (inputs.size() != graph.inputs().size()) {
      throw new ConfigException(
          "--input is given %d times; the model has %d inputs"
              .formatted(inputs.size(), graph.inputs().size()));
    }
    List<float[]> samples = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      samples.add(samples(inputs.get(i), graph.inputs().get(i).shape()));
    }
    Path file = output != null ? output : Ranges.besideModel(model);
    PrintWriter err = command().getErr();
    warnBefore(err, graph, samples, file);
    Calibration.Result result;
    Lowered lowered;
    try (ProgressLines lines = ProgressLines.of(err)) {
      lines.at("finding the operations", 0, 1);
      lowered = Lowered.of(graph, false);
      result =
          Calibration.run(
              lowered, settings, samples, Asked.DEFAULTS.within(tolerance, agreement), lines);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(inputs.get(0) + ": " + e.getMessage());
    }
    result.ranges().write(file);
    print(lowered, settings, result, file);
    warnAfter(err, result);
    err.flush();
    return 0;
  }

  private void requireShares() {
    if (images != null && images < 1) {
      throw new ConfigException("--images is " + images + "; give at least 1");
    }
    if (!(tolerance > 0 && tolerance < 1)) {
      throw new ConfigException(
          "--tolerance is " + tolerance + "; allowed are shares above 0 and below 1");
    }
    if (!(agreement >= 0 && agreement <= 1)) {
      throw new ConfigException("--agreement is " + agreement + "; allowed are 0..1");
    }
  }

  private FixedPointSettings settings() {
    Double limit = inputLimit;
    return limit == null
        ? FixedPointSettings.DEFAULTS
        : SettingOptions.checked(() -> FixedPointSettings.DEFAULTS.withInputLimit(limit));
  }

  private float[] samples(Path input, Shape shape) throws IOException {
    Tensor samples = images == null ? InputFile.read(input) : InputFile.readFirst(input, images);
    List<Integer> given = samples.shape().stream().skip(1).toList();
    if (samples.values().length == 0 || !withoutOnes(given).equals(withoutOnes(shape.dims()))) {
      throw new ConfigException(
          "%s holds images of shape %s; the model takes %s"
              .formatted(input, Tensor.describe(given), shape));
    }
    return samples.values();
  }

  private CommandLine command() {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    return spec.commandLine();
  }

  /** Axes of length 1 say nothing about how the numbers are laid out. */
  private static List<Integer> withoutOnes(List<Integer> shape) {
    return shape.stream().filter(axis -> axis != 1).toList();
  }

  private static void warnBefore(PrintWriter err, Graph graph, List<float[]> samples, Path file)
      throws IOException {
    int count = samples.get(0).length / graph.inputs().get(0).shape().elements();
    if (count < Calibration.FEW_SAMPLES) {
      err.println(
          "warning: %d samples say little about other inputs; give %d or more"
              .formatted(count, Calibration.FEW_SAMPLES));
    }
    if (Files.exists(file)) {
      err.println("warning: replaces " + existing(file, graph));
    }
    err.flush();
  }

  private static String existing(Path file, Graph graph) throws IOException {
    try {
      return "the ranges of " + Ranges.read(file, graph).images() + " images in " + file;
    } catch (CompileException e) {
      return "the ranges of another model in " + file;
    }
  }

  private void warnAfter(PrintWriter err, Calibration.Result result) {
    Ranges.Accuracy reached = result.ranges().accuracy();
    if (result.refused() != null || reached == null) {
      err.println("warning: only ranges were found: " + result.refused());
      return;
    }
    if (!result.isReached()) {
      err.println(
          "warning: no formats are within the tolerance: the largest error is %s of the largest output (%s allowed), and %s of the classes agree (%s asked for)"
              .formatted(
                  percent(reached.error()),
                  percent(tolerance),
                  percent(reached.agreed()),
                  percent(agreement)));
    }
    if (result.wraps() > 0) {
      err.println(
          "warning: %d values overflow on %d random inputs of the declared range; calibrate with --input-limit as large as inputs get"
              .formatted(result.wraps(), result.tried()));
    }
  }

  private void print(
      Lowered lowered, FixedPointSettings settings, Calibration.Result result, Path file) {
    PrintWriter out = command().getOut();
    Ranges.Accuracy reached = result.ranges().accuracy();
    if (reached != null) {
      try (CompiledModel compiled =
          ModelCompiler.compile(
              lowered, settings, FunctionForm.FITTING, result.ranges(), LayoutMeans.standard())) {
        out.print(layers(compiled));
        out.println(MemoryTable.TITLE + ":");
        out.print(new MemoryTable(compiled.plan()).text());
      }
      out.println(
          "On %d samples the largest error is %s of the largest output, and %s of the classes agree."
              .formatted(reached.samples(), percent(reached.error()), percent(reached.agreed())));
      out.println(
          "An image takes %.1f kB both ways in a full batch; with the default formats it would be %.1f kB."
              .formatted(result.bytes() / 1e3, result.before() / 1e3));
      out.println(
          "Values overflow with a chance of at most 2^%d each, by a model of tails; on %d random inputs %d did."
              .formatted(Calibration.CHANCE_BITS, result.tried(), result.wraps()));
    }
    out.println("The ranges over " + result.ranges().images() + " images are in " + file + ".");
    out.flush();
  }

  /** What was chosen for each step, and what an image takes of it, both ways. */
  private static TextTable layers(CompiledModel compiled) {
    TextTable table =
        new TextTable("  ", "   ")
            .left("step", "name")
            .right("fraction", "weights", "m", "L", "bytes/image");
    Plan plan = compiled.plan().plan();
    int batch = compiled.fullBatch();
    for (int i = 0; i < plan.steps().size(); i++) {
      StepSpec step = plan.steps().get(i).spec();
      LayerReport report = compiled.layers().get(i);
      boolean linear = step instanceof LinearSpec;
      table.row(
          step.kind().name(),
          report.name(),
          Integer.toString(step.output().fraction()),
          linear ? Integer.toString(report.weightFraction()) : "",
          linear ? "" : Integer.toString(step.output().bits()),
          linear ? Integer.toString(step.output().bits()) : "",
          String.format(Locale.ROOT, "%.0f", compiled.bytesPerImage(i, batch)));
    }
    return table;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.4g %%", 100 * share);
  }
}
