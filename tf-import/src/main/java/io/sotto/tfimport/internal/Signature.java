package io.sotto.tfimport.internal;

import io.sotto.graph.Shape;
import io.sotto.tfimport.refusal.ModelImportException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * What a model offers to be called.
 *
 * @param inputs ordered by their names, numbers in them as numbers
 * @param outputs likewise
 * @param fixedBatch the size of the batch that the model was exported with, -1 if it is free
 */
public record Signature(String name, List<In> inputs, List<Out> outputs, int fixedBatch) {
  private static final String DEFAULT = "serving_default";
  private static final String INTERNAL_PREFIX = "__saved_model";
  private static final Set<DataType> INPUT_TYPES =
      Set.of(DataType.DT_FLOAT, DataType.DT_UINT8, DataType.DT_INT32);
  private static final Set<DataType> OUTPUT_TYPES =
      Set.of(DataType.DT_FLOAT, DataType.DT_INT32, DataType.DT_INT64);
  private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d{1,9})");

  public Signature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * An input.
   *
   * @param name the name that the model's author gave it
   * @param tensor TensorFlow's name of it in the graph
   * @param shape of one image
   */
  public record In(String name, String tensor, Shape shape, DataType type) {}

  /**
   * An output.
   *
   * @param name the name that the model's author gave it
   * @param tensor TensorFlow's name of it in the graph
   */
  public record Out(String name, String tensor, DataType type) {}

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
    List<In> inputs = new ArrayList<>();
    int fixedBatch = -1;
    for (Map.Entry<String, TensorInfo> entry : sorted(signature.getInputsMap())) {
      String input = entry.getKey();
      TensorInfo info = entry.getValue();
      requireType(where, "input " + input, info, INPUT_TYPES, "float32, uint8 or int32");
      int batch = batch(where, input, info.getTensorShape());
      if (!inputs.isEmpty() && batch != fixedBatch) {
        throw new ModelImportException(
            "%s: its inputs differ in their first axis, the batch; export the model with a free batch"
                    .formatted(where)
                + " size (None)");
      }
      fixedBatch = batch;
      Shape shape = imageShape(where, input, info.getTensorShape());
      inputs.add(new In(input, info.getName(), shape, info.getDtype()));
    }
    List<Out> outputs = new ArrayList<>();
    for (Map.Entry<String, TensorInfo> entry : sorted(signature.getOutputsMap())) {
      TensorInfo info = entry.getValue();
      requireType(where, "output " + entry.getKey(), info, OUTPUT_TYPES, "float32 or an index");
      outputs.add(new Out(entry.getKey(), info.getName(), info.getDtype()));
    }
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new ModelImportException(
          "%s has no %s; a model to serve has both"
              .formatted(where, inputs.isEmpty() ? "input" : "output"));
    }
    return new Signature(name, inputs, outputs, fixedBatch);
  }

  /** By name; names that differ in a number at their end only by that number. */
  private static List<Map.Entry<String, TensorInfo>> sorted(Map<String, TensorInfo> tensors) {
    return tensors.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, TensorInfo> entry) -> stem(entry.getKey()))
                .thenComparing(entry -> number(entry.getKey()))
                .thenComparing(Map.Entry::getKey))
        .toList();
  }

  private static String stem(String name) {
    Matcher matcher = NUMBERED.matcher(name);
    return matcher.matches() ? matcher.group(1) : name;
  }

  private static int number(String name) {
    Matcher matcher = NUMBERED.matcher(name);
    return matcher.matches() ? Integer.parseInt(matcher.group(2)) : -1;
  }

  private static void requireType(
      String where, String what, TensorInfo tensor, Set<DataType> allowed, String words) {
    if (tensor.getEncodingCase() != TensorInfo.EncodingCase.NAME) {
      throw new ModelImportException(
          "%s: %s is no dense tensor; only dense ones are supported".formatted(where, what));
    }
    if (!allowed.contains(tensor.getDtype())) {
      throw new ModelImportException(
          "%s: %s is of type %s; only %s is supported"
              .formatted(where, what, DataTypes.name(tensor.getDtype()), words));
    }
  }

  private static int batch(String where, String input, TensorShapeProto shape) {
    if (shape.getUnknownRank() || shape.getDimCount() == 0) {
      throw new ModelImportException(
          "%s: input %s has no known axes; export the model with the shape of its input"
              .formatted(where, input));
    }
    long size = shape.getDim(0).getSize();
    if (size == 0 || size < -1 || size > Integer.MAX_VALUE) {
      throw new ModelImportException(
          "%s: input %s has a batch of %d; export the model with a free batch size (None)"
              .formatted(where, input, size));
    }
    return (int) size;
  }

  private static Shape imageShape(String where, String input, TensorShapeProto shape) {
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
