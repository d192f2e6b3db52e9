package io.sotto.tfimport.internal;

import io.sotto.tfimport.ModelImportException;
import io.sotto.tfimport.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * What a model offers to be called: one float input, one output.
 *
 * @param inputName the name that the model's author gave the input
 * @param inputTensor TensorFlow's name of it in the graph
 * @param inputShape of one image
 * @param outputTensor TensorFlow's name of the output
 */
public record Signature(
    String name, String inputName, String inputTensor, Shape inputShape, String outputTensor) {
  private static final String DEFAULT = "serving_default";
  private static final String INTERNAL_PREFIX = "__saved_model";

  /** The signature of this name; for null the default one, or else the only one. */
  public static Signature choose(SavedModelDirectory model, @Nullable String name) {
    Map<String, SignatureDef> offered = new TreeMap<>(model.metaGraph().getSignatureDefMap());
    offered.keySet().removeIf(key -> key.startsWith(INTERNAL_PREFIX));
    String list = String.join(", ", offered.keySet());
    String chosen = name;
    if (chosen == null) {
      if (offered.containsKey(DEFAULT)) {
        chosen = DEFAULT;
      } else if (offered.size() == 1) {
        chosen = offered.keySet().iterator().next();
      } else if (offered.isEmpty()) {
        throw new ModelImportException(
            "%s has no signature to serve; export it with one, for example Keras' model.export(directory)"
                .formatted(model.path()));
      } else {
        throw new ModelImportException(
            "%s has no signature %s but several others; choose one by its name: %s"
                .formatted(model.path(), DEFAULT, list));
      }
    }
    SignatureDef signature = offered.get(chosen);
    if (signature == null) {
      throw new ModelImportException(
          "%s has no signature %s; it has %s"
              .formatted(model.path(), chosen, offered.isEmpty() ? "none" : list));
    }
    return read(model, chosen, signature);
  }

  private static Signature read(SavedModelDirectory model, String name, SignatureDef signature) {
    String where = "signature %s of %s".formatted(name, model.path());
    Map.Entry<String, TensorInfo> input = only(where, "input", signature.getInputsMap());
    Map.Entry<String, TensorInfo> output = only(where, "output", signature.getOutputsMap());
    requireFloat(where, "input " + input.getKey(), input.getValue());
    requireFloat(where, "output " + output.getKey(), output.getValue());
    return new Signature(
        name,
        input.getKey(),
        input.getValue().getName(),
        imageShape(where, input.getKey(), input.getValue().getTensorShape()),
        output.getValue().getName());
  }

  private static Map.Entry<String, TensorInfo> only(
      String where, String what, Map<String, TensorInfo> tensors) {
    if (tensors.size() != 1) {
      throw new ModelImportException(
          "%s has %s; exactly one %s is supported"
              .formatted(
                  where,
                  tensors.isEmpty()
                      ? "no " + what
                      : "%d %ss (%s)"
                          .formatted(
                              tensors.size(),
                              what,
                              tensors.keySet().stream().sorted().collect(Collectors.joining(", "))),
                  what));
    }
    Map.Entry<String, TensorInfo> entry = tensors.entrySet().iterator().next();
    if (entry.getValue().getEncodingCase() != TensorInfo.EncodingCase.NAME) {
      throw new ModelImportException(
          "%s: %s %s is no dense tensor; only dense ones are supported"
              .formatted(where, what, entry.getKey()));
    }
    return entry;
  }

  private static void requireFloat(String where, String what, TensorInfo tensor) {
    if (tensor.getDtype() != DataType.DT_FLOAT) {
      throw new ModelImportException(
          "%s: %s is of type %s; only float32 is supported"
              .formatted(where, what, DataTypes.name(tensor.getDtype())));
    }
  }

  private static Shape imageShape(String where, String input, TensorShapeProto shape) {
    if (shape.getUnknownRank() || shape.getDimCount() == 0) {
      throw new ModelImportException(
          "%s: input %s has no known axes; export the model with the shape of its input"
              .formatted(where, input));
    }
    if (shape.getDim(0).getSize() != -1) {
      throw new ModelImportException(
          "%s: input %s has its first axis, the batch, fixed at %d; export the model with a free batch"
                  .formatted(where, input, shape.getDim(0).getSize())
              + " size (None)");
    }
    List<Integer> dims = new ArrayList<>();
    for (TensorShapeProto.Dim dim : shape.getDimList().subList(1, shape.getDimCount())) {
      if (dim.getSize() < 1 || dim.getSize() > Integer.MAX_VALUE) {
        throw new ModelImportException(
            "%s: input %s has shape %s; all axes but the batch must be fixed and positive"
                .formatted(where, input, TensorShapes.print(shape)));
      }
      dims.add((int) dim.getSize());
    }
    try {
      return new Shape(dims);
    } catch (IllegalArgumentException e) {
      throw new ModelImportException("%s: input %s: %s".formatted(where, input, e.getMessage()), e);
    }
  }
}
