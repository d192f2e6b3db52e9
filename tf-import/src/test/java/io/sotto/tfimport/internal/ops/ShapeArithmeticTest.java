package io.sotto.tfimport.internal.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.Shape;
import io.sotto.tfimport.ModelBuilder;
import io.sotto.tfimport.SavedModelReader;
import io.sotto.tfimport.refusal.ModelImportException;
import io.sotto.tfimport.refusal.UnsupportedModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;

/** The ways in which frameworks work out a shape around the unknown size of the batch. */
class ShapeArithmeticTest {
  private static final Map<String, Object> INTS = Map.of("T", DataType.DT_INT32);

  @TempDir private Path directory = Path.of("set by JUnit");
  private ModelBuilder builder = ModelBuilder.withInput(-1, 2, 3, 4);

  @BeforeEach
  void shapeOfInput() {
    builder
        .node("shape", "Shape", List.of("in"), Map.of("T", DataType.DT_FLOAT))
        .ints("zero", new int[] {1}, 0)
        .ints("one", new int[] {1}, 1)
        .ints("four", new int[] {1}, 4)
        .ints("minus", new int[] {1}, -1)
        .ints("axis", new int[] {}, 0)
        .node("batch", "StridedSlice", List.of("shape", "zero", "one", "one"), slice(0, 0, 1))
        .node("rest", "StridedSlice", List.of("shape", "one", "zero", "one"), slice(0, 1, 0));
  }

  private static Map<String, Object> slice(int beginMask, int endMask, int shrinkMask) {
    return Map.of(
        "T",
        DataType.DT_INT32,
        "begin_mask",
        beginMask,
        "end_mask",
        endMask,
        "shrink_axis_mask",
        shrinkMask);
  }

  private Shape reshapedTo(String shape) {
    builder.node("out", "Reshape", "in", shape);
    return SavedModelReader.read(builder.save(directory, "out")).output().shape();
  }

  private void assertRefused(String shape, String reason) {
    assertThatThrownBy(() -> reshapedTo(shape))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void theBatchAndAFreeAxis() {
    builder.ints("free", new int[] {}, -1).node("target", "Pack", List.of("batch", "free"), INTS);
    assertThat(reshapedTo("target")).isEqualTo(Shape.of(24));
  }

  @Test
  void theBatchAndTheProductOfTheRest() {
    builder
        .node("size", "Prod", List.of("rest", "zero"), INTS)
        .node("target", "Pack", List.of("batch", "size"), INTS);
    assertThat(reshapedTo("target")).isEqualTo(Shape.of(24));
  }

  @Test
  void partsJoined() {
    builder
        .node("first", "StridedSlice", List.of("shape", "zero", "one", "one"), slice(1, 0, 0))
        .node(
            "size",
            "Prod",
            List.of("rest", "zero"),
            Map.of("T", DataType.DT_INT32, "keep_dims", true))
        .node("target", "ConcatV2", List.of("first", "size", "axis"), INTS);
    assertThat(reshapedTo("target")).isEqualTo(Shape.of(24));
  }

  @Test
  void productsOfNumbers() {
    builder
        .ints("two", new int[] {}, 2)
        .ints("three", new int[] {}, 3)
        .node("six", "Mul", List.of("two", "three"), INTS)
        .node("eight", "StridedSlice", List.of("shape", "minus", "four", "one"), slice(0, 0, 1))
        .node("target", "Pack", List.of("batch", "six", "eight"), INTS);
    assertThat(reshapedTo("target")).isEqualTo(Shape.of(6, 4));
  }

  @Test
  void aShapeBackwardsAndWider() {
    // -1, 3, 2 from the axes (batch, 2, 3, 4) read backwards, without the first and the last.
    builder
        .node("wide", "Cast", List.of("shape"), castTo(DataType.DT_INT64))
        .node("mid", "StridedSlice", List.of("wide", "minusTwo", "zero", "minus"), slice(0, 0, 0))
        .ints("minusTwo", new int[] {1}, -2)
        .node("again", "ConcatV2", List.of("minus", "four", "mid", "axis"), INTS);
    assertThat(reshapedTo("again")).isEqualTo(Shape.of(4, 3, 2));
  }

  private static Map<String, Object> castTo(DataType to) {
    return Map.of("SrcT", DataType.DT_INT32, "DstT", to);
  }

  @Test
  void aConstantShape() {
    builder.ints("target", new int[] {3}, -1, 12, 2);
    assertThat(reshapedTo("target")).isEqualTo(Shape.of(12, 2));
  }

  @Test
  void theSameShapeAddsNoNode() {
    builder.node("out", "Reshape", "in", "shape").node("relu", "Relu", "out");
    assertThat(SavedModelReader.read(builder.save(directory, "relu")).nodes()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"0,1,2", "1,2,3", "-1,9,4"})
  void oneNumberOfAShape(int begin, int end, int expected) {
    builder = ModelBuilder.withInput(-1, 24);
    builder
        .ints("numbers", new int[] {3}, 2, 3, 4)
        .ints("begin", new int[] {1}, begin)
        .ints("end", new int[] {1}, end)
        .ints("step", new int[] {1}, 1)
        .node("number", "StridedSlice", List.of("numbers", "begin", "end", "step"), slice(0, 0, 1))
        .ints("free", new int[] {}, -1)
        .ints("other", new int[] {}, 24 / expected)
        .node("target", "Pack", List.of("free", "number", "other"), INTS);
    assertThat(reshapedTo("target")).isEqualTo(Shape.of(expected, 24 / expected));
  }

  @Test
  void imagesAreNotMixed() {
    builder
        .node("size", "Prod", List.of("shape", "zero"), INTS)
        .node("target", "Pack", List.of("size"), INTS);
    assertThatThrownBy(() -> reshapedTo("target"))
        .isInstanceOf(ModelImportException.class)
        .hasMessageEndingWith("has 24 rows an image; its first axis must be the batch");
    builder.ints("turned", new int[] {2}, 24, -1).node("out2", "Reshape", "in", "turned");
    assertThatThrownBy(() -> SavedModelReader.read(builder.save(directory, "out2")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(
            "it reshapes images of 2x3x4 to [24, -1], which does not keep the batch");
  }

  @Test
  void rowsInTheBatchCanBeMultipliedAndPutBack() {
    // What a dense layer over the last axis becomes: rows into the batch, a product, rows back.
    builder
        .ints("rows", new int[] {2}, -1, 4)
        .node("flat", "Reshape", "in", "rows")
        .floats("w", new int[] {4, 2}, 1, 10, 2, 20, 3, 30, 4, 40)
        .node("product", "MatMul", "flat", "w")
        .floats("bias", new int[] {2}, 0, 5)
        .node("sum", "BiasAdd", "product", "bias")
        .node("relu", "Relu", "sum")
        .ints("back", new int[] {4}, -1, 2, 3, 2)
        .node("out", "Reshape", "relu", "back");
    Graph graph = SavedModelReader.read(builder.save(directory, "out"));
    float[] images = new float[48];
    for (int i = 0; i < images.length; i += 4) {
      images[i] = i;
    }
    float[] expected = new float[24];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = i % 2 == 0 ? 2 * i : 20 * (i - 1) + 5;
    }
    assertThat(graph.output().shape()).isEqualTo(Shape.of(2, 3, 2));
    assertThat(new GraphInterpreter(graph).run(images)).containsExactly(expected);
  }

  @Test
  void rowsInTheBatchAreNoImages() {
    builder.ints("target", new int[] {2}, -1, 12).node("max", "Softmax", "out");
    builder.node("out", "Reshape", "in", "target");
    assertThatThrownBy(() -> SavedModelReader.read(builder.save(directory, "max")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("its input has 2 rows an image in the batch's axis");
  }

  @Test
  void aNumberInPlaceOfTheBatchIsRefused() {
    builder.ints("target", new int[] {2}, 5, -1);
    assertRefused("target", "[5, -1]");
  }

  @Test
  void twoFreeAxesAreRefused() {
    builder.ints("target", new int[] {3}, -1, -1, 2);
    assertRefused("target", "two axes of its shape are free");
  }

  @Test
  void theBatchSquaredIsRefused() {
    builder
        .node("square", "Mul", List.of("batch", "batch"), INTS)
        .node("target", "Pack", List.of("square"), INTS);
    assertRefused("target", "it multiplies the batch's size by itself");
  }

  @Test
  void aShapeFromTheInputsValuesIsRefused() {
    builder.node("target", "Relu", "in");
    assertRefused("target", "its shape is not known before a prediction");
  }

  @Test
  void joiningAlongTheBatchIsRefused() {
    builder.node("out", "ConcatV2", "in", "in", "axis");
    assertThatThrownBy(() -> SavedModelReader.read(builder.save(directory, "out")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("it joins along the batch");
  }
}
