package io.sotto.benchmarks.report;

import io.sotto.benchmarks.grid.CellStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sotto bench report}: page and pictures from what {@code sotto bench all} measured. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Makes the page and the pictures from the cells that are finished.")
public final class ReportCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The directory that was given to `sotto bench all`.")
  private Path out = Path.of("");

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    Path directory = out.toAbsolutePath();
    Path page = Report.write(directory, new CellStore(directory).collect());
    spec.commandLine().getOut().println("the page is " + page);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
