package io.sotto.server.cli;

import io.sotto.server.ConfigException;
import io.sotto.server.compile.Ranges;
import io.sotto.tfimport.SavedModelReader;
import io.sotto.tfimport.graph.Graph;
import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.NumericRanges;
import io.sotto.tfimport.graph.Shape;
import java.io.IOException;
import java.io.PrintWriter;
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

/** {@code sotto calibrate}: measures the ranges of a model's values on sample inputs. */
@Command(
    name = "calibrate",
    description = {
      "Runs a model in the clear on sample inputs and writes the ranges of its values beside it,",
      "so that `serve` and `inspect` choose fixed-point formats that are as narrow as can be."
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
          "Typical inputs: .npy (float32, first axis the images) or MNIST IDX(.gz). Once for each"
              + " input of the model, in the order of its signature.")
  private List<Path> inputs = List.of();

  @Option(names = "--images", paramLabel = "N", description = "Take only the first N of them.")
  private @Nullable Integer images;

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
    if (images != null && images < 1) {
      throw new ConfigException("--images is " + images + "; give at least 1");
    }
    Graph graph = SavedModelReader.read(model, signature);
    if (inputs.size() != graph.inputs().size()) {
      throw new ConfigException(
          "--input is given %d times; the model has %d inputs"
              .formatted(inputs.size(), graph.inputs().size()));
    }
    List<float[]> samples = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      samples.add(samples(inputs.get(i), graph.inputs().get(i).shape()));
    }
    NumericRanges measured;
    try {
      measured = NumericRanges.measure(graph, samples);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(inputs.get(0) + ": " + e.getMessage());
    }
    Path file = output != null ? output : Ranges.besideModel(model);
    Ranges ranges = Ranges.of(graph, measured);
    ranges.write(file);
    print(graph, measured, file);
    return 0;
  }

  private float[] samples(Path input, Shape shape) throws IOException {
    TensorFile samples = TensorFile.read(input, images == null ? Integer.MAX_VALUE : images);
    if (!withoutOnes(samples.shape()).equals(withoutOnes(shape.dims()))) {
      throw new ConfigException(
          "%s holds images of shape %s; the model takes %s"
              .formatted(input, samples.shape(), shape));
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

  private void print(Graph graph, NumericRanges measured, Path file) {
    Table table = new Table(3, "node", "kind", "shape", "min", "max");
    for (Node node : graph.nodes()) {
      NumericRanges.Range range = measured.of(node);
      table.row(
          node.name(),
          node.kind(),
          node.shape().toString(),
          String.format(Locale.ROOT, "%.4g", range.min()),
          String.format(Locale.ROOT, "%.4g", range.max()));
    }
    PrintWriter out = command().getOut();
    out.print(table);
    out.println("The ranges over " + measured.images() + " images are in " + file + ".");
    out.flush();
  }
}
