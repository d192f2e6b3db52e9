package io.sotto.server;

import io.sotto.graph.Graph;
import io.sotto.server.calibrate.ExactnessCheck;
import io.sotto.server.compile.ModelCompiler;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.Ranges;
import io.sotto.server.slots.SlotCompiler;
import io.sotto.server.slots.SlotShareCompiler;
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
 * <p><b>Failure.</b> {@link #load} throws {@link io.sotto.tfimport.ModelImportException}, {@link
 * io.sotto.server.model.CompileException} or {@link ConfigException}, each with a message for the
 * user.
 */
public record LoadedModel(Graph graph, CompiledModel compiled) implements AutoCloseable {
  /** Imports and compiles a config's model, with the calibrated ranges if there are any. */
  public static LoadedModel load(ServerConfig config) {
    Graph graph = SavedModelReader.read(config.model(), config.signature());
    Path file = config.rangesFile();
    Ranges ranges = null;
    if (Files.exists(file)) {
      try {
        ranges = Ranges.read(file, graph);
      } catch (IOException e) {
        throw new ConfigException("the ranges file " + file + " can't be read");
      }
    } else if (config.ranges() != null) {
      throw new ConfigException("there is no ranges file " + file);
    }
    return new LoadedModel(graph, compile(graph, config, ranges).withTreeBits(config.treeBits()));
  }

  private static CompiledModel compile(Graph graph, ServerConfig config, @Nullable Ranges ranges) {
    return switch (config.scheme()) {
      case HYBRID -> {
        String check = ranges == null ? ExactnessCheck.of(graph, config.fixedPoint()) : null;
        CompiledModel model =
            ModelCompiler.compile(
                graph, config.fixedPoint(), config.relu(), config.outputs(), ranges);
        yield check == null ? model : model.withWarning(check);
      }
      case CRYPTONETS -> SlotCompiler.compile(graph, config.fixedPoint(), ranges, config.threads());
      case MP2ML -> SlotShareCompiler.compile(graph, config.fixedPoint(), ranges, config.threads());
    };
  }

  @Override
  public void close() {
    compiled.close();
  }
}
