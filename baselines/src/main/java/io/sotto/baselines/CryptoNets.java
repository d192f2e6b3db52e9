package io.sotto.baselines;

import io.sotto.baselines.compile.CryptoNetsCompiler;
import io.sotto.graph.Graph;
import io.sotto.server.Scheme;
import io.sotto.server.ServerConfig;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.Ranges;
import org.jspecify.annotations.Nullable;

/** Everything on ciphertexts, activations being squares. */
public record CryptoNets() implements Scheme {
  @Override
  public String name() {
    return "cryptonets";
  }

  @Override
  public CompiledModel compile(Graph graph, ServerConfig config, @Nullable Ranges ranges) {
    return CryptoNetsCompiler.compile(
        graph, config.arithmetic().fixedPoint(), ranges, config.arithmetic().threads());
  }
}
