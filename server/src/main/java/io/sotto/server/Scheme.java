package io.sotto.server;

import io.sotto.graph.Graph;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.Ranges;
import org.jspecify.annotations.Nullable;

/**
 * How a model is computed. A server knows {@link #HYBRID}; who starts it may offer others, see
 * {@link Schemes}.
 *
 * <p><b>Security.</b> What clients learn, and what hides the rest, is the scheme's to say.
 *
 * <p><b>Threading.</b> Immutable.
 */
public interface Scheme {
  /** Sotto: linear layers on ciphertexts, the others on shares. */
  Scheme HYBRID = new HybridScheme();

  /** What settings call it. */
  String name();

  /**
   * Compiles a model; the caller closes it.
   *
   * @param config how its numbers become fixed point, and what else is set
   * @param ranges of this graph's values, or null
   * @throws io.sotto.server.model.CompileException if the scheme doesn't take the model
   */
  CompiledModel compile(Graph graph, ServerConfig config, @Nullable Ranges ranges);
}
