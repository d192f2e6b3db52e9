package io.sotto.tfimport.internal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sotto.tfimport.refusal.ModelImportException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/** A SavedModel's directory, its {@code saved_model.pb} parsed and the graph for serving chosen. */
public final class SavedModelDirectory {
  private static final String TAG = "serve";
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

  private final Path path;
  private final MetaGraphDef metaGraph;

  private SavedModelDirectory(Path path, MetaGraphDef metaGraph) {
    this.path = path;
    this.metaGraph = metaGraph;
  }

  public static SavedModelDirectory open(Path path) {
    Path file = path.resolve("saved_model.pb");
    if (!Files.exists(path)) {
      throw new ModelImportException("there is no model at %s: no such directory".formatted(path));
    }
    if (!Files.isDirectory(path)) {
      throw new ModelImportException(
          "%s is a file; give the directory of a SavedModel, the one that holds saved_model.pb (Keras"
                  .formatted(path)
              + " writes one with model.export(directory))");
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelImportException(
          "%s is no SavedModel: it holds no saved_model.pb (Keras writes one with".formatted(path)
              + " model.export(directory))");
    }
    SavedModel model;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ModelImportException(
            "%s is larger than the 2 GB that a SavedModel may have".formatted(file));
      }
      model = SavedModel.parseFrom(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ModelImportException("%s can't be read: %s".formatted(file, reason(e)), e);
    }
    return new SavedModelDirectory(path, choose(file, model));
  }

  private static MetaGraphDef choose(Path file, SavedModel model) {
    if (model.getMetaGraphsCount() == 0) {
      throw new ModelImportException("%s is damaged: it holds no graph".formatted(file));
    }
    for (MetaGraphDef graph : model.getMetaGraphsList()) {
      if (graph.getMetaInfoDef().getTagsList().contains(TAG)) {
        return graph;
      }
    }
    if (model.getMetaGraphsCount() == 1) {
      return model.getMetaGraphs(0);
    }
    throw new ModelImportException(
        "%s holds several graphs and none has the tag %s; export the model for serving"
            .formatted(file, TAG));
  }

  public Path path() {
    return path;
  }

  public MetaGraphDef metaGraph() {
    return metaGraph;
  }

  /** The tag that chose the graph, as TensorFlow's loader wants it. */
  public String[] tags() {
    return metaGraph.getMetaInfoDef().getTagsList().toArray(new String[0]);
  }

  /** What a person needs of an exception: one line without class names. */
  static String reason(IOException e) {
    if (e instanceof InvalidProtocolBufferException) {
      return "it is damaged or cut short";
    }
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown reason");
  }
}
