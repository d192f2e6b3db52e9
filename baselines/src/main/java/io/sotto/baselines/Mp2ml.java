package io.sotto.baselines;

import io.sotto.baselines.compile.Mp2mlCompiler;
import io.sotto.graph.Graph;
import io.sotto.server.Scheme;
import io.sotto.server.ServerConfig;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.Ranges;
import org.jspecify.annotations.Nullable;

/** Linear layers on slots, relus in plain garbled circuits. */
public record Mp2ml() implements Scheme {
  @Override
  public String name() {
    return "mp2ml";
  }

  @Override
  public CompiledModel compile(Graph graph, ServerConfig config, @Nullable Ranges ranges) {
    return Mp2mlCompiler.compile(
        graph, config.arithmetic().fixedPoint(), ranges, config.arithmetic().threads());
  }
}
