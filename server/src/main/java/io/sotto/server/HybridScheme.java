package io.sotto.server;

import io.sotto.ckks.WeightsMemory;
import io.sotto.graph.Graph;
import io.sotto.server.calibrate.ExactnessCheck;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.compile.layouts.LayoutChoice;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.Ranges;
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
    WeightsMemory memory =
        how.layout() == LayoutChoice.BATCH
            ? null
            : new WeightsMemory((long) how.weightsMemory() << 20);
    CompiledModel model =
        ModelCompiler.compile(graph, how.fixedPoint(), how.relu(), how.outputs(), ranges, memory);
    String warning =
        ranges == null ? ExactnessCheck.of(graph, how.fixedPoint()) : withoutEffect(config, ranges);
    return warning == null ? model : model.withWarning(warning);
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
