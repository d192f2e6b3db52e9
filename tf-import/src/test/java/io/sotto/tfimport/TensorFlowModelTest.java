package io.sotto.tfimport;

import static io.sotto.tfimport.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.Shape;
import io.sotto.tfimport.refusal.ModelImportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;

class TensorFlowModelTest {
  @TempDir private Path directory = Path.of("set by JUnit");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mlp-keras",
        "mlp-tf-module",
        "conv-same",
        "named-signature",
        "transposed-matmul",
        "linear-linear",
        "unsupported"
      })
  void tensorFlowInJavaComputesAsItDidInPython(String name) {
    try (TensorFlowModel model = TensorFlowModel.load(Samples.tiny(name))) {
      assertClose(model.run(Samples.tinyInput(name)), Samples.tinyExpected(name));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"op-two-heads", "op-two-inputs", "op-classes", "op-bytes", "op-fixed-batch"})
  void severalTensorsOtherTypesAndFixedBatchesToo(String name) {
    Graph graph = SavedModelReader.read(Samples.zoo(name));
    int inputs = graph.inputs().size();
    int outputs = graph.outputs().size();
    try (TensorFlowModel model = TensorFlowModel.load(Samples.zoo(name))) {
      List<float[]> results =
          model.run(
              graph.inputs().stream()
                  .map(input -> Samples.zooFile(name, "input", inputs, input.name()))
                  .toList());
      assertThat(model.inputShapes()).hasSize(inputs);
      assertThat(model.outputShapes()).hasSize(outputs);
      for (int i = 0; i < outputs; i++) {
        String output = graph.outputs().get(i).name();
        assertClose(results.get(i), Samples.zooFile(name, "expected", outputs, output));
      }
    }
  }

  @Test
  void aPartOfAFixedBatchIsFilledUp() {
    float[] images = Samples.zooFile("op-fixed-batch", "input", 1, "x");
    float[] some = Arrays.copyOf(images, 11 * 36);
    System.arraycopy(images, 36, some, 8 * 36, 3 * 36);
    try (TensorFlowModel model = TensorFlowModel.load(Samples.zoo("op-fixed-batch"))) {
      float[] results = model.run(some);
      float[] expected = Samples.zooFile("op-fixed-batch", "expected", 1, "y");
      assertThat(results).hasSize(11 * 4);
      assertClose(Arrays.copyOfRange(results, 32, 44), Arrays.copyOfRange(expected, 4, 16));
    }
  }

  @Test
  void theInterpreterComputesMnistAsTensorFlowDoes() {
    float[] images = Samples.mnistImages(1500);
    try (TensorFlowModel model = TensorFlowModel.load(Samples.mnist())) {
      assertThat(model.inputShape()).isEqualTo(Shape.of(28, 28, 1));
      assertThat(model.outputShape()).isEqualTo(Shape.of(10));
      Graph graph = SavedModelReader.read(Samples.mnist());
      assertClose(new GraphInterpreter(graph).run(images), model.run(images));
    }
  }

  @Test
  void randomConvolutionsAreThoseOfTensorFlow() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 25; round++) {
      int[] in = {-1, 1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(3)};
      int[] filter = {1 + random.nextInt(4), 1 + random.nextInt(4), in[3], 1 + random.nextInt(4)};
      int[] strides = {1, 1 + random.nextInt(3), 1 + random.nextInt(3), 1};
      // TensorFlow has no dilation together with strides.
      boolean dilated = random.nextBoolean();
      int[] dilations = {1, 1 + random.nextInt(2), 1 + random.nextInt(2), 1};
      int[] pads = {
        0, 0, random.nextInt(3), random.nextInt(3), random.nextInt(3), random.nextInt(3), 0, 0
      };
      int[] chosenStrides = dilated ? new int[] {1, 1, 1, 1} : strides;
      int[] chosenDilations = dilated ? dilations : new int[] {1, 1, 1, 1};
      String padding =
          round % 3 == 0
              ? "EXPLICIT"
              : round % 3 == 1 ? "SAME" : fits(in, filter, chosenDilations) ? "VALID" : "SAME";
      if (padding.equals("EXPLICIT") && !fits(padded(in, pads), filter, chosenDilations)) {
        padding = "SAME";
      }
      Path model = Files.createDirectory(directory.resolve("conv" + round));
      ModelBuilder.withInput(in)
          .floats("filter", filter, randoms(random, filter[0] * filter[1] * filter[2] * filter[3]))
          .node(
              "conv",
              "Conv2D",
              List.of("in", "filter"),
              Map.of(
                  "T", DataType.DT_FLOAT,
                  "strides", chosenStrides,
                  "dilations", chosenDilations,
                  "padding", padding,
                  "explicit_paddings", padding.equals("EXPLICIT") ? pads : new int[0]))
          .save(model, "conv");
      float[] images = randoms(random, 3 * in[1] * in[2] * in[3]);
      Graph graph = SavedModelReader.read(model);
      try (TensorFlowModel tensorFlow = TensorFlowModel.load(model)) {
        assertThat(graph.output().shape())
            .as("seed %d, %s", seed, graph)
            .isEqualTo(tensorFlow.outputShape());
        assertClose(new GraphInterpreter(graph).run(images), tensorFlow.run(images));
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + "\n" + graph, e);
      }
    }
  }

  private static boolean fits(int[] in, int[] filter, int[] dilations) {
    return (filter[0] - 1) * dilations[1] < in[1] && (filter[1] - 1) * dilations[2] < in[2];
  }

  private static int[] padded(int[] in, int[] pads) {
    return new int[] {in[0], in[1] + pads[2] + pads[3], in[2] + pads[4] + pads[5], in[3]};
  }

  private static float[] randoms(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  @Test
  void idiomsOfShapesAndBiasesAreThoseOfTensorFlow() {
    // Padding on all axes, an axis added and removed, a transposed constant, biases of other forms.
    Map<String, Object> floats = Map.of("T", DataType.DT_FLOAT);
    ModelBuilder.withInput(-1, 2, 3)
        .ints("pads", new int[] {3, 2}, 0, 0, 1, 2, 3, 1)
        .node("pad", "Pad", List.of("in", "pads"), with(floats, "Tpaddings", DataType.DT_INT32))
        .floats("half", new int[] {}, 0.5f)
        .node("plus", "AddV2", "half", "pad")
        .ints("axis", new int[] {}, 1)
        .node(
            "wide", "ExpandDims", List.of("plus", "axis"), with(floats, "Tdim", DataType.DT_INT32))
        .node("narrow", "Squeeze", List.of("wide"), with(floats, "squeeze_dims", new int[] {-3}))
        .ints("flat", new int[] {2}, -1, 35)
        .node(
            "reshape",
            "Reshape",
            List.of("narrow", "flat"),
            with(floats, "Tshape", DataType.DT_INT32))
        .floats("w", new int[] {2, 35}, randoms(new Random(1), 70))
        .ints("order", new int[] {2}, 1, 0)
        .node(
            "turned", "Transpose", List.of("w", "order"), with(floats, "Tperm", DataType.DT_INT32))
        .node("product", "MatMul", "reshape", "turned")
        .floats("row", new int[] {1, 2}, 3, -4)
        .node("sum", "AddV2", "product", "row")
        .save(directory, "sum");
    float[] images = randoms(new Random(2), 4 * 6);
    Graph graph = SavedModelReader.read(directory);
    assertThat(graph.node("pad").shape()).isEqualTo(Shape.of(5, 7));
    try (TensorFlowModel model = TensorFlowModel.load(directory)) {
      assertClose(new GraphInterpreter(graph).run(images), model.run(images));
    }
  }

  private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
    Map<String, Object> more = new java.util.HashMap<>(map);
    more.put(key, value);
    return more;
  }

  @Test
  void nothingIsNoWrongNumberOfImages() {
    try (TensorFlowModel model = TensorFlowModel.load(Samples.tiny("mlp-keras"))) {
      assertThat(model.run(new float[0])).isEmpty();
      assertThatThrownBy(() -> model.run(new float[7]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("7 values")
          .hasMessageContaining("shape 6");
    }
  }

  @Test
  void aModelThatOnlyPythonCanLoadIsRefusedWithAdvice() {
    assertThatThrownBy(() -> TensorFlowModel.load(Samples.kerasSaved()))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("save it with model.export")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void whatTensorFlowRefusesIsOneLine() throws IOException {
    ModelBuilder.withInput(-1, 2).node("odd", "NoSuchOperation", "in").save(directory, "odd");
    assertThatThrownBy(() -> TensorFlowModel.load(directory))
        .isInstanceOf(ModelImportException.class)
        .hasMessageStartingWith("TensorFlow can't load " + directory)
        .message()
        .doesNotContain("\n");
    assertThatThrownBy(() -> TensorFlowModel.load(directory.resolve("nowhere")))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("no such directory");
  }
}
