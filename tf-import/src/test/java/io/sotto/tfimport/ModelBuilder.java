package io.sotto.tfimport;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Writes SavedModels node by node, the odd and the broken ones too. Constants instead of variables.
 */
public final class ModelBuilder {
  private final GraphDef.Builder graph = GraphDef.newBuilder();
  private final MetaGraphDef.Builder metaGraph = MetaGraphDef.newBuilder();
  private final int[] inputDims;
  private DataType inputType = DataType.DT_FLOAT;

  /** A model whose input is called {@code in}, with the axes of TensorFlow, the batch first. */
  public static ModelBuilder withInput(int... dims) {
    ModelBuilder builder = new ModelBuilder(dims);
    return builder.node("in", "Placeholder", List.of(), Map.of("dtype", DataType.DT_FLOAT));
  }

  private ModelBuilder(int[] inputDims) {
    this.inputDims = inputDims;
    metaGraph.getMetaInfoDefBuilder().addTags("serve");
  }

  public ModelBuilder inputType(DataType type) {
    inputType = type;
    return this;
  }

  public ModelBuilder node(
      String name, String op, List<String> inputs, Map<String, Object> attributes) {
    graph.addNode(def(name, op, inputs, attributes));
    return this;
  }

  /** A node that computes in floats. */
  public ModelBuilder node(String name, String op, String... inputs) {
    return node(name, op, List.of(inputs), Map.of("T", DataType.DT_FLOAT));
  }

  public ModelBuilder floats(String name, int[] dims, float... values) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(DataType.DT_FLOAT);
    for (float value : values) {
      tensor.addFloatVal(value);
    }
    return constant(name, tensor.setTensorShape(shape(dims)).build());
  }

  public ModelBuilder ints(String name, int[] dims, int... values) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(DataType.DT_INT32);
    Arrays.stream(values).forEach(tensor::addIntVal);
    return constant(name, tensor.setTensorShape(shape(dims)).build());
  }

  public ModelBuilder constant(String name, TensorProto value) {
    return node(name, "Const", List.of(), Map.of("dtype", value.getDtype(), "value", value));
  }

  public ModelBuilder function(FunctionDef function) {
    graph.getLibraryBuilder().addFunction(function);
    return this;
  }

  public ModelBuilder signature(String name, String output) {
    metaGraph.putSignatureDef(
        name,
        SignatureDef.newBuilder()
            .putInputs("x", tensor("in", inputDims).setDtype(inputType).build())
            .putOutputs("y", tensor(output, new int[] {-1}).build())
            .build());
    return this;
  }

  public ModelBuilder signature(String name, SignatureDef signature) {
    metaGraph.putSignatureDef(name, signature);
    return this;
  }

  public static TensorInfo.Builder tensor(String node, int[] dims) {
    return TensorInfo.newBuilder()
        .setName(node + ":0")
        .setDtype(DataType.DT_FLOAT)
        .setTensorShape(shape(dims));
  }

  /** Writes the model with this output as {@code serving_default}. */
  public Path save(Path directory, String output) {
    signature("serving_default", output);
    return save(directory);
  }

  public Path save(Path directory) {
    SavedModel model =
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addMetaGraphs(metaGraph.setGraphDef(graph.build()))
            .build();
    try {
      Files.write(directory.resolve("saved_model.pb"), model.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  public static NodeDef def(
      String name, String op, List<String> inputs, Map<String, Object> attributes) {
    NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp(op).addAllInput(inputs);
    attributes.forEach((key, value) -> node.putAttr(key, attribute(value)));
    return node.build();
  }

  private static AttrValue attribute(Object value) {
    AttrValue.Builder attribute = AttrValue.newBuilder();
    if (value instanceof DataType type) {
      attribute.setType(type);
    } else if (value instanceof TensorProto tensor) {
      attribute.setTensor(tensor);
    } else if (value instanceof Boolean flag) {
      attribute.setB(flag);
    } else if (value instanceof Integer number) {
      attribute.setI(number);
    } else if (value instanceof String text) {
      attribute.setS(ByteString.copyFromUtf8(text));
    } else if (value instanceof NameAttrList function) {
      attribute.setFunc(function);
    } else if (value instanceof TensorShapeProto shape) {
      attribute.getListBuilder().addShape(shape);
    } else if (value instanceof int[] numbers) {
      Arrays.stream(numbers).forEach(attribute.getListBuilder()::addI);
    } else {
      throw new IllegalArgumentException("no attribute of " + value.getClass());
    }
    return attribute.build();
  }

  public static TensorShapeProto shape(int... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    Arrays.stream(dims).forEach(dim -> shape.addDimBuilder().setSize(dim));
    return shape.build();
  }
}
