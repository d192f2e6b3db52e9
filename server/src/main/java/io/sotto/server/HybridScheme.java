package io.sotto.server;

import io.sotto.graph.Graph;
import io.sotto.server.calibrate.ExactnessCheck;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.Ranges;
import org.jspecify.annotations.Nullable;

/** Sotto's own scheme. */
record HybridScheme() implements Scheme {
  @Override
  public String name() {
    return "hybrid";
  }

  @Override
  public CompiledModel compile(Graph graph, ServerConfig config, @Nullable Ranges ranges) {
    String check = ranges == null ? ExactnessCheck.of(graph, config.fixedPoint()) : null;
    CompiledModel model =
        ModelCompiler.compile(graph, config.fixedPoint(), config.relu(), config.outputs(), ranges);
    return check == null ? model : model.withWarning(check);
  }
}
