package io.sotto.server;

import io.sotto.ckks.WeightsMemory;
import io.sotto.graph.Graph;
import io.sotto.server.calibrate.ExactnessCheck;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.compile.layouts.CostsFile;
import io.sotto.server.compile.layouts.LayoutChoice;
import io.sotto.server.compile.layouts.LayoutMeans;
import io.sotto.server.compile.layouts.UnitCosts;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.Ranges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sotto's own scheme. */
record HybridScheme() implements Scheme {
  @Override
  public String name() {
    return "hybrid";
  }

  @Override
  public CompiledModel compile(Graph graph, ServerConfig config, @Nullable Ranges ranges) {
    ServerConfig.Arithmetic how = config.arithmetic();
    Lowered lowered = Lowered.of(graph, how.outputs() == ModelCompiler.Outputs.CLASS);
    CompiledModel model =
        ModelCompiler.compile(
            lowered, how.fixedPoint(), how.relu(), ranges, layouts(how.layouts()));
    String warning =
        ranges == null
            ? ExactnessCheck.of(lowered, how.fixedPoint())
            : withoutEffect(config, ranges);
    return warning == null ? model : model.withWarning(warning);
  }

  private static @Nullable LayoutMeans layouts(ServerConfig.Layouts how) {
    if (how.choice() == LayoutChoice.BATCH) {
      return null;
    }
    try {
      Path costs = how.costs();
      return new LayoutMeans(
          costs == null ? UnitCosts.DEFAULT : CostsFile.read(costs),
          new WeightsMemory((long) how.weightsMemory() << 20));
    } catch (IOException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  /** Says which settings were given though a calibration decides. */
  private static @Nullable String withoutEffect(ServerConfig config, Ranges ranges) {
    List<Setting<?>> overridden = new ArrayList<>();
    if (!ranges.inputs().isEmpty()) {
      overridden.add(ServerSettings.INPUT_FRACTION);
    }
    if (!ranges.layers().isEmpty()) {
      overridden.add(ServerSettings.HIDDEN_FRACTION);
      overridden.add(ServerSettings.OUTPUT_FRACTION);
      overridden.add(ServerSettings.WEIGHT_FRACTION);
    }
    overridden.retainAll(config.given());
    return overridden.isEmpty()
        ? null
        : "without effect: %s; the formats in %s decide; leave the settings out, or calibrate again"
            .formatted(
                overridden.stream().map(Setting::name).collect(Collectors.joining(", ")),
                config.model().rangesFile());
  }
}
