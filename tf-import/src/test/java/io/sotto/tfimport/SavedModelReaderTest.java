package io.sotto.tfimport;

import static io.sotto.tfimport.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.MatMul;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.tfimport.refusal.ModelImportException;
import io.sotto.tfimport.refusal.UnsupportedModelException;
import io.sotto.tfimport.refusal.UnsupportedModelException.UnsupportedNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SignatureDef;

class SavedModelReaderTest {
  @TempDir private Path directory = Path.of("set by JUnit");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mlp-keras",
        "mlp-tf-module",
        "conv-same",
        "named-signature",
        "transposed-matmul",
        "linear-linear"
      })
  void whatIsImportedComputesWhatTensorFlowComputed(String name) {
    Graph graph = SavedModelReader.read(Samples.tiny(name));
    assertClose(
        new GraphInterpreter(graph).run(Samples.tinyInput(name)), Samples.tinyExpected(name));
  }

  @Test
  void nodesBearTheNamesOfKerasLayers() {
    assertThat(SavedModelReader.read(Samples.tiny("conv-same")).toString())
        .isEqualTo(
            """
            x              Input    7x9x2
            conv1          Conv2D   7x9x3  weights 3x4x2x3, stride 1x1, pads 1,1,1,2
            conv1/BiasAdd  BiasAdd  7x9x3  bias 3
            conv1/Relu     Relu     7x9x3
            conv2          Conv2D   3x4x4  weights 3x3x3x4, stride 2x2
            flatten        Reshape  48
            out            MatMul   5      weights 48x5
            out/BiasAdd    BiasAdd  5      bias 5
            output output_0 = out/BiasAdd
            """);
  }

  @Test
  void layersWithoutVariablesHaveTheirNamesToo() {
    assertThat(SavedModelReader.readAsWritten(Samples.zoo("op-upsampling"), null).nodes())
        .extracting(Node::name)
        .containsExactly(
            "x",
            "conv",
            "conv/BiasAdd",
            "conv/Relu",
            "up",
            "up/Gather",
            "up/Reshape",
            "up/Reshape_1",
            "up/Gather_1",
            "up/Reshape_2",
            "crop",
            "pad",
            "conv2",
            "conv2/BiasAdd");
  }

  @Test
  void nodesOutsideOfLayersKeepTensorFlowsNames() {
    assertThat(SavedModelReader.read(Samples.tiny("transposed-matmul")).toString())
        .isEqualTo(
            """
            x         Input    2x3x2
            Reshape   Reshape  12
            MatMul    MatMul   6      weights 12x6
            add       BiasAdd  6      bias 6
            Relu      Relu     6
            MatMul_1  MatMul   4      weights 6x4
            add_1     BiasAdd  4      bias 4
            output y = add_1
            """);
  }

  @Test
  void variablesThatNoOperationRestoresAreFoundThroughTheSavedObjects() {
    Graph graph = SavedModelReader.read(Samples.kerasSaved());
    assertThat(graph.nodes())
        .extracting(Node::name)
        .containsExactly(
            "inputs", "conv", "conv/BiasAdd", "conv/Relu", "flatten", "out", "out/BiasAdd");
    assertClose(
        new GraphInterpreter(graph)
            .run(Samples.npy(Samples.kerasSaved().resolveSibling("input.npy"))),
        Samples.npy(Samples.kerasSaved().resolveSibling("expected.npy")));
  }

  @Test
  void mnistLogitsAreThoseOfTensorFlow() {
    Graph graph = SavedModelReader.read(Samples.mnist());
    float[] expected = Samples.mnistLogits();
    assertThat(graph.input().shape()).isEqualTo(Shape.of(28, 28, 1));
    assertThat(graph.output().shape()).isEqualTo(Shape.of(10));
    assertClose(
        new GraphInterpreter(graph).run(Samples.mnistImages(expected.length / 10)), expected);
  }

  @Test
  void allUnsupportedNodesAreListed() {
    UnsupportedModelException e =
        catchThrowableOfType(
            UnsupportedModelException.class,
            () -> SavedModelReader.read(Samples.tiny("unsupported")));
    assertThat(e.nodes())
        .extracting(UnsupportedNode::op)
        .containsExactly("Sigmoid", "Einsum", "Cumsum", "Tanh");
    assertThat(e.nodes())
        .allSatisfy(
            node -> {
              assertThat(e).hasMessageContaining(node.toString());
              assertThat(node.layer()).isIn("hidden", "einsum_cumsum", "tanh");
              assertThat(node.instead()).isNotEmpty();
              assertThat(node.reason()).isEqualTo("this operation is not supported");
            });
    assertThat(e).hasMessageContaining("Conv2D").hasMessageContaining("NHWC");
  }

  @Test
  void usesThatAreUnsupportedAreListedBehindOthers() {
    // The shape that TensorFlow recorded for the Sigmoid lets the convolution behind it be checked.
    ModelBuilder builder =
        ModelBuilder.withInput(-1, 4, 4, 1)
            .node(
                "sigmoid",
                "Sigmoid",
                List.of("in"),
                Map.of("T", DataType.DT_FLOAT, "_output_shapes", ModelBuilder.shape(-1, 4, 4, 1)));
    assertThatThrownBy(
            () ->
                SavedModelReader.read(
                    convolution(builder, "sigmoid", "NCHW").save(directory, "conv")))
        .isInstanceOfSatisfying(
            UnsupportedModelException.class,
            e ->
                assertThat(e.nodes())
                    .extracting(UnsupportedNode::op)
                    .containsExactly("Sigmoid", "Conv2D"));
  }

  @Test
  void usesThatAreUnsupportedAreListedBeforeOthers() {
    ModelBuilder plain = convolution(ModelBuilder.withInput(-1, 4, 4, 1), "in", "NCHW");
    plain.node("again", "Tanh", "conv");
    assertThatThrownBy(() -> SavedModelReader.read(plain.save(directory, "again")))
        .isInstanceOfSatisfying(
            UnsupportedModelException.class,
            e ->
                assertThat(e.nodes())
                    .containsExactly(
                        new UnsupportedNode(
                            "",
                            "conv",
                            "Conv2D",
                            "data_format NCHW is not supported, only NHWC",
                            "use data_format channels_last"),
                        new UnsupportedNode(
                            "",
                            "again",
                            "Tanh",
                            "this operation is not supported",
                            "use relu, relu6, leaky_relu or a clip; at the end of the model leave it"
                                + " out and apply it to the result")));
  }

  private static ModelBuilder convolution(ModelBuilder builder, String input, String format) {
    return builder
        .floats("filter", new int[] {1, 1, 1, 1}, 2)
        .node(
            "conv",
            "Conv2D",
            List.of(input, "filter"),
            Map.of(
                "T",
                DataType.DT_FLOAT,
                "strides",
                new int[] {1, 1, 1, 1},
                "padding",
                "VALID",
                "data_format",
                format));
  }

  @Test
  void nodesThatTheOutputDoesNotNeedAreNotLookedAt() {
    ModelBuilder builder = ModelBuilder.withInput(-1, 3).node("relu", "Relu", "in");
    builder.node("unused", "Erf", "in");
    assertThat(SavedModelReader.read(builder.save(directory, "relu")).nodes()).hasSize(2);
  }

  @Test
  void theOnlySignatureIsTaken() {
    assertThat(SavedModelReader.read(Samples.tiny("named-signature")))
        .hasToString(SavedModelReader.read(Samples.tiny("named-signature"), "classify").toString());
  }

  @Test
  void oneOfSeveralSignaturesMustBeNamed() {
    ModelBuilder builder = ModelBuilder.withInput(-1, 3).node("relu", "Relu", "in");
    builder.floats("bias", new int[] {3}, 1, 2, 3).node("sum", "BiasAdd", "relu", "bias");
    builder.signature("first", "relu").signature("second", "sum").save(directory);

    assertThatThrownBy(() -> SavedModelReader.read(directory))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("several")
        .hasMessageEndingWith("choose one by its name: first, second");
    assertThatThrownBy(() -> SavedModelReader.read(directory, "third"))
        .isInstanceOf(ModelImportException.class)
        .hasMessageEndingWith("has no signature third; it has first, second");
    assertThat(SavedModelReader.read(directory, "second").output().kind()).isEqualTo("BiasAdd");
  }

  @Test
  void severalInputsAndOutputsComeInTheOrderOfTheirNames() {
    ModelBuilder builder =
        ModelBuilder.withInput(-1, 3)
            .node("other", "Placeholder", List.of(), Map.of("dtype", DataType.DT_FLOAT))
            .node("difference", "Sub", "other", "in")
            .node("relu", "Relu", "in");
    int[] dims = {-1, 3};
    builder.signature(
        "serving_default",
        SignatureDef.newBuilder()
            .putInputs("x_10", ModelBuilder.tensor("in", dims).build())
            .putInputs("x_9", ModelBuilder.tensor("other", dims).build())
            .putInputs("unused", ModelBuilder.tensor("relu", dims).build())
            .putOutputs("b", ModelBuilder.tensor("difference", dims).build())
            .putOutputs("a", ModelBuilder.tensor("other", dims).build())
            .build());
    Graph graph = SavedModelReader.read(builder.save(directory));
    assertThat(graph.inputs()).extracting(Node::name).containsExactly("unused", "x_9", "x_10");
    assertThat(graph.outputs()).extracting(Graph.Output::name).containsExactly("a", "b");
    List<float[]> outputs =
        new GraphInterpreter(graph)
            .run(List.of(new float[3], new float[] {5, 6, 7}, new float[] {1, 2, 4}));
    assertThat(outputs.get(0)).containsExactly(5, 6, 7);
    assertThat(outputs.get(1)).containsExactly(4, 4, 3);
  }

  @Test
  void aSignatureWithoutInputsOrOutputsIsRefused() {
    ModelBuilder builder = ModelBuilder.withInput(-1, 3);
    builder.signature("serving_default", SignatureDef.getDefaultInstance());
    assertThatThrownBy(() -> SavedModelReader.read(builder.save(directory)))
        .isInstanceOf(ModelImportException.class)
        .hasMessageEndingWith("has no input; a model to serve has both");
  }

  @Test
  void inputsOfOtherTypesAndShapesAreRefused() {
    assertThatThrownBy(
            () ->
                SavedModelReader.read(
                    ModelBuilder.withInput(-1, 3)
                        .inputType(DataType.DT_HALF)
                        .save(directory, "in")))
        .hasMessageEndingWith(
            "input x is of type float16; only float32, uint8 or int32 is supported");
    assertThatThrownBy(
            () -> SavedModelReader.read(ModelBuilder.withInput(-1, -1, 3).save(directory, "in")))
        .hasMessageContaining("shape (None, None, 3); all axes but the batch must be fixed");
    assertThatThrownBy(() -> SavedModelReader.read(ModelBuilder.withInput().save(directory, "in")))
        .hasMessageContaining("no known axes");
  }

  @Test
  void aBatchThatIsFixedIsOneAxisLikeAFreeOne() {
    ModelBuilder builder =
        ModelBuilder.withInput(8, 3, 2)
            .ints("flat", new int[] {2}, 8, 6)
            .node("reshape", "Reshape", "in", "flat")
            .node("relu", "Relu", "reshape");
    Graph graph = SavedModelReader.read(builder.save(directory, "relu"));
    assertThat(graph.output().shape()).isEqualTo(Shape.of(6));
    SignatureDef signature =
        SignatureDef.newBuilder()
            .putInputs("a", ModelBuilder.tensor("in", new int[] {8, 3}).build())
            .putInputs("b", ModelBuilder.tensor("in", new int[] {-1, 3}).build())
            .putOutputs("y", ModelBuilder.tensor("relu", new int[] {-1, 6}).build())
            .build();
    builder.signature("mixed", signature).save(directory);
    assertThatThrownBy(() -> SavedModelReader.read(directory, "mixed"))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("its inputs differ in their first axis, the batch");
    assertThatThrownBy(
            () -> SavedModelReader.read(ModelBuilder.withInput(0, 3).save(directory, "in")))
        .hasMessageContaining("has a batch of 0");
  }

  @Test
  void computationInOtherTypesIsRefused() {
    ModelBuilder builder =
        ModelBuilder.withInput(-1, 3)
            .node("relu", "Relu", List.of("in"), Map.of("T", DataType.DT_DOUBLE));
    assertThatThrownBy(() -> SavedModelReader.read(builder.save(directory, "relu")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("relu (Relu): it computes in float64; only float32 is supported");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void weightsThatAreNotFiniteAreRefused(float bad) {
    ModelBuilder builder =
        ModelBuilder.withInput(-1, 2)
            .floats("bias", new int[] {2}, 1, bad)
            .node("sum", "BiasAdd", "in", "bias");
    assertThatThrownBy(() -> SavedModelReader.read(builder.save(directory, "sum")))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("the weights of sum hold NaN or infinity (bias)");
  }

  @Test
  void anOutputThatIsConstantIsRefused() {
    ModelBuilder builder = ModelBuilder.withInput(-1, 2).floats("c", new int[] {1, 2}, 1, 2);
    assertThatThrownBy(() -> SavedModelReader.read(builder.save(directory, "c")))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("does not depend on its input");
  }

  @Test
  void callsOfFunctionsInFunctionsAreSeenThrough() {
    // outer(a, b) = inner(b, a) twice, where inner(p, q) = (relu(q), p): crossed twice over.
    OpDef.ArgDef.Builder argument = OpDef.ArgDef.newBuilder().setType(DataType.DT_FLOAT);
    FunctionDef inner =
        FunctionDef.newBuilder()
            .setSignature(
                OpDef.newBuilder()
                    .setName("inner")
                    .addInputArg(argument.setName("p"))
                    .addInputArg(argument.setName("q"))
                    .addOutputArg(argument.setName("first"))
                    .addOutputArg(argument.setName("second")))
            .addNodeDef(
                ModelBuilder.def("relu", "Relu", List.of("q"), Map.of("T", DataType.DT_FLOAT)))
            .putRet("first", "relu:activations:0")
            .putRet("second", "p")
            .build();
    Map<String, Object> callInner = Map.of("f", NameAttrList.newBuilder().setName("inner").build());
    FunctionDef outer =
        FunctionDef.newBuilder()
            .setSignature(
                OpDef.newBuilder()
                    .setName("outer")
                    .addInputArg(argument.setName("a"))
                    .addInputArg(argument.setName("b"))
                    .addOutputArg(argument.setName("result")))
            .addNodeDef(ModelBuilder.def("one", "PartitionedCall", List.of("b", "a"), callInner))
            .addNodeDef(
                ModelBuilder.def(
                    "two",
                    "PartitionedCall",
                    List.of("one:output:1", "one:output:0", "^one"),
                    callInner))
            .addNodeDef(
                ModelBuilder.def(
                    "sum",
                    "BiasAdd",
                    List.of("two:output:0", "two:output:1"),
                    Map.of("T", DataType.DT_FLOAT)))
            .putRet("result", "sum:output:0")
            .build();
    ModelBuilder builder =
        ModelBuilder.withInput(-1, 2)
            .floats("bias", new int[] {2}, 10, 20)
            .function(inner)
            .function(outer)
            .node(
                "call",
                "StatefulPartitionedCall",
                List.of("in", "bias"),
                Map.of("f", NameAttrList.newBuilder().setName("outer").build()));
    Graph graph = SavedModelReader.readAsWritten(builder.save(directory, "call"), null);
    assertThat(graph.nodes())
        .extracting(node -> node.name() + " " + node.kind())
        .containsExactly("x Input", "relu Relu", "relu_1 Relu", "sum BiasAdd");
    assertThat(new GraphInterpreter(graph).run(new float[] {-3, 4})).containsExactly(10, 24);
  }

  @Test
  void aFunctionThatCallsItselfIsDamage() {
    OpDef.ArgDef.Builder argument = OpDef.ArgDef.newBuilder().setType(DataType.DT_FLOAT);
    Map<String, Object> call = Map.of("f", NameAttrList.newBuilder().setName("f").build());
    FunctionDef function =
        FunctionDef.newBuilder()
            .setSignature(
                OpDef.newBuilder()
                    .setName("f")
                    .addInputArg(argument.setName("a"))
                    .addOutputArg(argument.setName("r")))
            .addNodeDef(ModelBuilder.def("again", "PartitionedCall", List.of("a"), call))
            .putRet("r", "again:output:0")
            .build();
    ModelBuilder builder =
        ModelBuilder.withInput(-1, 2)
            .function(function)
            .node("call", "PartitionedCall", List.of("in"), call);
    assertThatThrownBy(() -> SavedModelReader.read(builder.save(directory, "call")))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("deep");
  }

  @Test
  void referencesToNothingAreDamage() {
    ModelBuilder second = ModelBuilder.withInput(-1, 2).node("relu", "Relu", "in:1");
    assertThatThrownBy(() -> SavedModelReader.read(second.save(directory, "relu")))
        .isInstanceOf(ModelImportException.class)
        .hasMessageEndingWith("saved_model.pb is damaged: in has no result 1");
    ModelBuilder missing = ModelBuilder.withInput(-1, 2).node("relu", "Relu", "gone");
    assertThatThrownBy(() -> SavedModelReader.read(missing.save(directory, "relu")))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("refers to a node gone that is not there");
    ModelBuilder call =
        ModelBuilder.withInput(-1, 2).node("call", "PartitionedCall", List.of("in"), Map.of());
    assertThatThrownBy(() -> SavedModelReader.read(call.save(directory, "call")))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("calls a function  that is not there");
  }

  @Test
  void nodesInACircleAreDamage() {
    ModelBuilder builder =
        ModelBuilder.withInput(-1, 2).node("a", "BiasAdd", "in", "b").node("b", "Relu", "a");
    assertThatThrownBy(() -> SavedModelReader.read(builder.save(directory, "b")))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("circle");
  }

  @Test
  void aModelThatChangesItsVariablesIsRefused() {
    ModelBuilder builder =
        ModelBuilder.withInput(-1, 2)
            .node("v", "VarHandleOp", List.of(), Map.of("dtype", DataType.DT_FLOAT))
            .floats("one", new int[] {}, 1)
            .node("count", "AssignAddVariableOp", List.of("v", "one"), Map.of())
            .node("relu", "Relu", List.of("in", "^count"), Map.of("T", DataType.DT_FLOAT));
    assertThatThrownBy(() -> SavedModelReader.read(builder.save(directory, "relu")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(
            "count (AssignAddVariableOp): it changes a variable during a prediction");
  }

  @Test
  void weightsMayBeShared() {
    ModelBuilder builder =
        ModelBuilder.withInput(-1, 2)
            .floats("w", new int[] {2, 2}, 1, 2, 3, 4)
            .node("one", "MatMul", "in", "w")
            .node("two", "MatMul", "one", "w");
    Graph graph = SavedModelReader.readAsWritten(builder.save(directory, "two"), null);
    assertThat(
            Stream.of("one", "two")
                .map(graph::node)
                .map(node -> ((MatMul) node).weights().maxAbs()))
        .containsExactly(4f, 4f);
    assertThat(new GraphInterpreter(graph).run(new float[] {1, 1})).containsExactly(22, 32);
  }
}
