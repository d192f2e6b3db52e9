package io.sotto.tfimport;

import io.sotto.graph.Graph;
import io.sotto.graph.rewrite.Simplification;
import io.sotto.tfimport.internal.FlatGraph;
import io.sotto.tfimport.internal.GraphImporter;
import io.sotto.tfimport.internal.SavedModelDirectory;
import io.sotto.tfimport.internal.Signature;
import io.sotto.tfimport.internal.VariableValues;
import io.sotto.tfimport.internal.ops.AllOps;
import io.sotto.tfimport.refusal.ModelImportException;
import io.sotto.tfimport.refusal.UnsupportedModelException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a TensorFlow SavedModel, as Keras 3's {@code model.export} and {@code tf.saved_model.save}
 * write it, into a {@link Graph}, simplified by {@link Simplification}. TensorFlow's native library
 * is not loaded for it.
 *
 * <p><b>Security.</b> The files are parsed as data and nothing in them is executed; sizes are
 * checked against the files' before memory is taken.
 *
 * <p><b>Threading.</b> Stateless.
 *
 * <p><b>Failure.</b> {@link UnsupportedModelException} lists every operation that can't be
 * imported; everything else that is wrong with a model is a {@link ModelImportException}.
 */
public final class SavedModelReader {
  private SavedModelReader() {}

  /**
   * Imports the signature {@code serving_default}, or else the only one that there is.
   *
   * @param directory the one that holds {@code saved_model.pb}
   */
  public static Graph read(Path directory) {
    return read(directory, null);
  }

  /**
   * Imports a signature.
   *
   * @param signatureName as exported; null for {@code serving_default}, or else the only one
   */
  public static Graph read(Path directory, @Nullable String signatureName) {
    return new Simplification().apply(readAsWritten(directory, signatureName));
  }

  /** Imports a signature as {@link #read(Path, String)} does, but simplifies nothing. */
  public static Graph readAsWritten(Path directory, @Nullable String signatureName) {
    SavedModelDirectory model = SavedModelDirectory.open(directory);
    Signature signature = Signature.choose(model, signatureName);
    FlatGraph graph = new FlatGraph(model.metaGraph().getGraphDef());
    VariableValues variables = VariableValues.of(model, graph);
    return new GraphImporter(model, signature, graph, variables, AllOps.REGISTRY).run();
  }
}
