package io.sotto.server;

import io.sotto.graph.Graph;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.Ranges;
import io.sotto.tfimport.SavedModelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model as imported, and as compiled.
 *
 * <p><b>Security.</b> Holds the weights; the compiled ones are wiped on {@link #close}.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * <p><b>Failure.</b> {@link #load} throws {@link io.sotto.tfimport.refusal.ModelImportException},
 * {@link io.sotto.server.model.CompileException} or {@link ConfigException}, each with a message
 * for the user.
 */
public record LoadedModel(Graph graph, CompiledModel compiled) implements AutoCloseable {
  /**
   * Imports a model.
   *
   * @param signature null for the one that is served by default
   */
  public static Graph read(Path model, @Nullable String signature) {
    return SavedModelReader.read(model, signature);
  }

  /** Imports and compiles a config's model, with the calibrated ranges if there are any. */
  public static LoadedModel load(ServerConfig config) {
    Graph graph = read(config.model().directory(), config.model().signature());
    Path file = config.model().rangesFile();
    Ranges ranges = null;
    if (Files.exists(file)) {
      try {
        ranges = Ranges.read(file, graph);
      } catch (IOException e) {
        throw new ConfigException("the ranges file " + file + " can't be read");
      }
    } else if (config.model().ranges() != null) {
      throw new ConfigException("there is no ranges file " + file);
    }
    CompiledModel compiled = config.arithmetic().scheme().compile(graph, config, ranges);
    return new LoadedModel(graph, compiled.withTreeBits(config.arithmetic().treeBits()));
  }

  @Override
  public void close() {
    compiled.close();
  }
}
