package io.sotto.tfimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.tfimport.refusal.ModelImportException;
import io.sotto.tfimport.refusal.UnsupportedModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorProto;

/** Models whose files are whole but whose contents make no sense: one clear error each. */
class BrokenModelTest {
  private static final Map<String, Object> FLOATS = Map.of("T", DataType.DT_FLOAT);
  private static final Map<String, Object> WINDOW =
      Map.of(
          "T",
          DataType.DT_FLOAT,
          "padding",
          "VALID",
          "strides",
          new int[] {1, 1, 1, 1},
          "ksize",
          new int[] {1, 5, 5, 1});

  @TempDir private Path directory = Path.of("set by JUnit");

  private void assertRefused(ModelBuilder builder, String output, String reason) {
    Path model = builder.save(directory, output);
    assertThatThrownBy(() -> SavedModelReader.read(model))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining(reason);
  }

  private static ModelBuilder pictures() {
    return ModelBuilder.withInput(-1, 4, 4, 3).ints("axis", new int[] {}, 1);
  }

  @Test
  void shapesThatDoNotFitAreToldByNode() {
    assertRefused(
        ModelBuilder.withInput(-1, 3)
            .floats("w", new int[] {4, 2}, 1)
            .node("y", "MatMul", "in", "w"),
        "y",
        "y (MatMul): y: an input of shape 3 does not fit a matrix of 4x2");
    assertRefused(
        pictures()
            .floats("w", new int[] {1, 1, 2, 2}, 1)
            .node("y", "Conv2D", List.of("in", "w"), WINDOW),
        "y",
        "y (Conv2D): its filter takes 2 channels of 3");
    assertRefused(
        pictures()
            .floats("w", new int[] {1, 1, 2, 1}, 1)
            .node("y", "DepthwiseConv2dNative", List.of("in", "w"), WINDOW),
        "y",
        "y (DepthwiseConv2dNative): y: an input of shape 4x4x3");
    assertRefused(
        pictures().node("y", "MaxPool", List.of("in"), WINDOW),
        "y",
        "y (MaxPool): y: a window of 5x5 is larger than its input of 4x4x3");
    assertRefused(
        pictures().floats("b", new int[] {2}, 1).node("y", "BiasAdd", "in", "b"),
        "y",
        "a bias of shape 2 does not fit the channels of 4x4x3");
    assertRefused(
        pictures().floats("b", new int[] {4}, 1).node("y", "AddV2", "in", "b"),
        "y",
        "y (AddV2): tensors of [4, 4, 3] and [4] do not fit");
    assertRefused(
        pictures().floats("b", new int[] {8, 4, 4, 3}, 1).node("y", "Mul", "in", "b"),
        "y",
        "y (Mul): a constant of [8, 4, 4, 3] would differ from image to image of 4x4x3");
    assertRefused(
        pictures()
            .ints("flat", new int[] {2}, -1, 12)
            .node("f", "Reshape", "in", "flat")
            .node("y", "AddV2", "in", "f"),
        "y",
        "y (AddV2): tensors of 4x4x3 and 4x12 an image can't be combined");
    assertRefused(
        pictures().ints("sizes", new int[] {2}, 3, 3).node("y", "SplitV", "in", "sizes", "axis"),
        "y",
        "y (SplitV): it cuts an axis of 4 into [3, 3]");
    assertRefused(
        pictures()
            .floats("s", new int[] {2}, 1, 1)
            .node(
                "y",
                "FusedBatchNormV3",
                List.of("in", "s", "s", "s", "s"),
                Map.of("T", DataType.DT_FLOAT, "is_training", false)),
        "y",
        "its constants do not fit the channels of 4x4x3");
  }

  @Test
  void axesThatAreNotThereAreTold() {
    for (String op : List.of("Mean", "Max", "ArgMax")) {
      assertRefused(
          ModelBuilder.withInput(-1, 3).ints("a", new int[] {}, 2).node("y", op, "in", "a"),
          "y",
          "y (" + op + "): it has no axis 2 of 2");
      assertRefused(
          ModelBuilder.withInput(-1, 3).ints("a", new int[] {}, 0).node("y", op, "in", "a"),
          "y",
          "the batch");
    }
    assertRefused(
        ModelBuilder.withInput(-1, 3)
            .ints("order", new int[] {2}, 0, 2)
            .node("y", "Transpose", "in", "order"),
        "y",
        "y (Transpose): [0, 2] is no order of 2 axes");
  }

  @Test
  void imagesAreNeverMixed() {
    Map<String, Object> turned = Map.of("T", DataType.DT_FLOAT, "transpose_a", true);
    assertRefused(
        ModelBuilder.withInput(-1, 3)
            .floats("w", new int[] {3, 2}, 1)
            .node("y", "MatMul", List.of("in", "w"), turned),
        "y",
        "y (MatMul): it would mix the images of a batch");
    assertRefused(
        ModelBuilder.withInput(-1, 3)
            .ints("order", new int[] {2}, 1, 0)
            .node("turned", "Transpose", "in", "order")
            .node("y", "Relu", "turned"),
        "y",
        "y (Relu): its input has the batch at axis 1; keep the batch the first axis");
    assertRefused(
        ModelBuilder.withInput(-1, 3)
            .ints("order", new int[] {2}, 1, 0)
            .node("y", "Transpose", "in", "order"),
        "y",
        "does not have the batch as its first axis");
    assertRefused(
        ModelBuilder.withInput(-1, 3)
            .node("y", "Unpack", List.of("in"), Map.of("T", DataType.DT_FLOAT, "num", 2)),
        "y",
        "y (Unpack): it cuts the batch");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void weightsThatAreNotFiniteAreToldByTheirName(float bad) {
    String reason = "hold NaN or infinity (bad)";
    assertRefused(
        ModelBuilder.withInput(-1, 1)
            .floats("bad", new int[] {1, 1}, bad)
            .node("y", "MatMul", "in", "bad"),
        "y",
        reason);
    assertRefused(
        pictures()
            .floats("bad", new int[] {1, 1, 3, 1}, 1, bad, 2)
            .node("y", "Conv2D", List.of("in", "bad"), WINDOW),
        "y",
        reason);
    for (String op : List.of("AddV2", "Sub", "Mul", "Maximum")) {
      assertRefused(
          pictures().floats("bad", new int[] {3}, 1, bad, 2).node("y", op, "in", "bad"),
          "y",
          reason);
    }
    // Arithmetic on constants keeps the name of what it began with.
    assertRefused(
        pictures()
            .floats("bad", new int[] {3}, 1, bad, 2)
            .floats("one", new int[] {}, 1)
            .node("sum", "AddV2", "bad", "one")
            .node("y", "Mul", "in", "sum"),
        "y",
        reason);
  }

  @Test
  void numbersThatAreNoneAreRefusedElsewhereToo() {
    assertRefused(
        pictures()
            .floats("v", new int[] {3}, 1, -1, 1)
            .node("r", "Rsqrt", "v")
            .node("y", "Mul", "in", "r"),
        "y",
        "the weights of y hold NaN or infinity (v)");
    assertRefused(
        pictures().floats("zero", new int[] {}, 0).node("y", "RealDiv", "in", "zero"),
        "y",
        "y (RealDiv): it divides by zero");
    assertRefused(
        pictures()
            .floats("low", new int[] {}, Float.NaN)
            .floats("high", new int[] {}, 1)
            .node("y", "ClipByValue", "in", "low", "high"),
        "y",
        "unlike NaN and 1.0");
    assertRefused(
        pictures()
            .ints("pads", new int[] {4, 2}, 0, 0, 1, 1, 1, 1, 0, 0)
            .floats("value", new int[] {}, Float.NEGATIVE_INFINITY)
            .node("y", "PadV2", "in", "pads", "value"),
        "y",
        "pads are finite numbers");
  }

  @ParameterizedTest
  @CsvSource({"DT_DOUBLE,float64", "DT_HALF,float16", "DT_COMPLEX64,complex64", "DT_STRING,string"})
  void typesThatAreUnknownAreToldByNode(DataType type, String name) {
    TensorProto constant =
        TensorProto.newBuilder().setDtype(type).setTensorShape(ModelBuilder.shape(3)).build();
    assertRefused(
        pictures().constant("c", constant).node("y", "Mul", "in", "c"),
        "y",
        "c (Const): it is of type " + name + "; constants are float32 or integers");
    assertRefused(
        pictures().node("y", "Relu", List.of("in"), Map.of("T", type)),
        "y",
        "y (Relu): it computes in " + name + "; only float32 is supported");
    assertRefused(
        pictures()
            .node("y", "Cast", List.of("in"), Map.of("SrcT", DataType.DT_FLOAT, "DstT", type)),
        "y",
        "y (Cast): it casts float32 to " + name);
  }

  @Test
  void typesThatNoVersionKnowsAreRefused() throws IOException {
    Path model = pictures().node("y", "Relu", List.of("in"), FLOATS).save(directory, "y");
    Path file = model.resolve("saved_model.pb");
    SavedModel.Builder builder = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    builder
        .getMetaGraphsBuilder(0)
        .getGraphDefBuilder()
        .getNodeBuilderList()
        .forEach(
            node ->
                node.putAttr(
                    "T",
                    node.getAttrOrThrow(node.containsAttr("T") ? "T" : "dtype").toBuilder()
                        .setTypeValue(4711)
                        .build()));
    Files.write(file, builder.build().toByteArray());
    assertThatThrownBy(() -> SavedModelReader.read(model))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("y (Relu): it computes in unrecognized");
  }

  @Test
  void aVariableThatNothingRestoresIsNamed() {
    ModelBuilder builder =
        ModelBuilder.withInput(-1, 3)
            .node("v", "VarHandleOp", List.of(), Map.of("dtype", DataType.DT_FLOAT))
            .node("read", "ReadVariableOp", List.of("v"), Map.of("dtype", DataType.DT_FLOAT))
            .node("y", "BiasAdd", "in", "read");
    assertRefused(builder, "y", "weights are missing: there is no");
  }

  @Test
  void resultsThatWouldTakeAllMemoryAreRefused() {
    int huge = 1 << 30;
    assertRefused(
        ModelBuilder.withInput(-1, 3)
            .ints("times", new int[] {2}, 1, huge)
            .node("y", "Tile", "in", "times"),
        "y",
        "y (Tile): its result of [3221225472] would have more than");
    assertRefused(
        ModelBuilder.withInput(-1, 1)
            .ints("shape", new int[] {2}, -1, huge)
            .node("y", "BroadcastTo", "in", "shape"),
        "y",
        "y (BroadcastTo)");
    assertRefused(
        ModelBuilder.withInput(-1, 2, 2, 1)
            .ints("size", new int[] {2}, huge, huge)
            .node("y", "ResizeNearestNeighbor", "in", "size"),
        "y",
        "would have more than");
    assertRefused(
        ModelBuilder.withInput(-1, 2)
            .ints("shape", new int[] {2}, huge, 4)
            .floats("one", new int[] {}, 1)
            .node("c", "Fill", "shape", "one")
            .node("y", "AddV2", "in", "c"),
        "y",
        "c (Fill): its shape is impossible or too large");
  }

  @Test
  void everyNodeAtFaultIsInOneReport() {
    ModelBuilder builder =
        pictures()
            .floats("w", new int[] {1, 1, 2, 2}, 1)
            .node(
                "block/conv",
                "Conv2D",
                List.of("in", "w"),
                Map.of(
                    "T",
                    DataType.DT_FLOAT,
                    "padding",
                    "VALID",
                    "_output_shapes",
                    ModelBuilder.shape(-1, 4, 4, 2)))
            .node(
                "act/sigmoid",
                "Sigmoid",
                List.of("block/conv"),
                Map.of("T", DataType.DT_FLOAT, "_output_shapes", ModelBuilder.shape(-1, 4, 4, 2)))
            .node("act/Softmax", "Softmax", "act/sigmoid")
            .node("y", "Relu", "act/Softmax");
    Path model = builder.save(directory, "y");
    assertThatThrownBy(() -> SavedModelReader.read(model))
        .isInstanceOfSatisfying(
            UnsupportedModelException.class,
            e ->
                assertThat(e.nodes().stream().map(Object::toString))
                    .containsExactly(
                        "block/conv (Conv2D) of layer block: its filter takes 2 channels of 3;"
                            + " build it from the operations below, or do it at the client",
                        "act/sigmoid (Sigmoid) of layer act: this operation is not supported;"
                            + " use relu, relu6, leaky_relu or a clip; at the end of the model leave"
                            + " it out and apply it to the result",
                        "y (Relu): it computes with the result of Softmax, which can only be an"
                            + " output; end the model at the logits, and do this with the result"));
  }
}
