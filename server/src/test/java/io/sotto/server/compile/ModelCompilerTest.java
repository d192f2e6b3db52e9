package io.sotto.server.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sotto.ckks.RingParameters;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.plan.PlanCodec;
import io.sotto.converter.relu.ReluSpec;
import io.sotto.converter.reveal.RevealSpec;
import io.sotto.converter.shares.FixedTensor;
import io.sotto.converter.shares.Wraps;
import io.sotto.converter.step.FunctionForm;
import io.sotto.converter.truncate.TruncateSpec;
import io.sotto.graph.Graph;
import io.sotto.graph.GraphInterpreter;
import io.sotto.graph.NumericRanges;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.model.CompileException;
import io.sotto.server.model.CompiledModel;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.LayerReport;
import io.sotto.server.model.Ranges;
import io.sotto.tfimport.SavedModelReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class ModelCompilerTest {
  private static final int IMAGES = 5;

  /** What quantizing inputs, weights and results costs these small models at most. */
  private static final double TOLERANCE = 0.02;

  private static CompiledModel compiled(Graph graph, float[] samples) {
    return ModelCompiler.compile(
        graph,
        FixedPointSettings.DEFAULTS,
        Ranges.of(graph, NumericRanges.measure(graph, samples)));
  }

  private static void requireClose(Graph graph, CompiledModel model, float[] images) {
    float[] expected = new GraphInterpreter(graph).run(images);
    FixedTensor input = model.plan().plan().input().quantize(images);
    List<FixedTensor> values = model.plan().runTwin(input);
    FixedTensor outputs = values.get(values.size() - 1);
    int size = graph.output().shape().elements();
    assertThat(outputs.format().elements()).isEqualTo(size);
    for (int image = 0; image < outputs.images(); image++) {
      for (int i = 0; i < size; i++) {
        assertThat(outputs.real(i, image))
            .as("output %d of image %d", i, image)
            .isCloseTo(expected[image * size + i], within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("io.sotto.server.compile.operations.LoweringTest#models")
  void theTwinComputesWhatTheFloatsDo(String kinds, Chain chain) {
    Graph graph = chain.build();
    float[] images = Chain.images(graph, IMAGES, 3);
    try (CompiledModel model = compiled(graph, images)) {
      requireClose(graph, model, images);
      assertThat(PlanCodec.STOCK.decode(ByteBuffer.wrap(PlanCodec.encode(model.plan().plan()))))
          .isEqualTo(model.plan().plan());
    }
    try (CompiledModel bounded = ModelCompiler.compile(graph, FixedPointSettings.DEFAULTS, null)) {
      requireClose(graph, bounded, images);
    }
  }

  @ParameterizedTest(name = "{index} {0}")
  @MethodSource("io.sotto.server.compile.Nets#all")
  void theTwinComputesWhatTheFloatsDoForNets(String kinds, Graph graph) {
    List<float[]> samples = Nets.images(graph, 20, 7);
    Ranges ranges = Ranges.of(graph, NumericRanges.measure(graph, samples));
    try (CompiledModel model = ModelCompiler.compile(graph, FixedPointSettings.DEFAULTS, ranges)) {
      Predictions.requireClose(graph, samples, Predictions.byTwin(model, samples));
      assertThat(PlanCodec.STOCK.decode(ByteBuffer.wrap(PlanCodec.encode(model.plan().plan()))))
          .isEqualTo(model.plan().plan());
    }
    try (CompiledModel model = ModelCompiler.compile(graph, FixedPointSettings.DEFAULTS, null)) {
      List<float[]> few = Nets.images(graph, 3, 8);
      Predictions.requireClose(graph, few, Predictions.byTwin(model, few));
    }
  }

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
  void theTwinComputesWhatTheFloatsDoForSavedModels(String name) {
    Graph graph =
        SavedModelReader.read(Path.of("..", "samples", "models", "tiny", name, "saved_model"));
    float[] images = Chain.images(graph, IMAGES, 3);
    try (CompiledModel model = compiled(graph, images)) {
      requireClose(graph, model, images);
      assertThat(model.ring().orElseThrow().security()).isEqualTo(RingParameters.Security.BITS_128);
      assertThat(model.calibrated()).isTrue();
    }
  }

  @Test
  void aClassifierBecomesLinearReluLinearReveal() {
    Graph graph = new Chain(1, 6).dense(5).bias().relu().dense(3).bias().build();
    try (CompiledModel model = compiled(graph, Chain.images(graph, 9, 1))) {
      Plan plan = model.plan().plan();

      assertThat(plan.steps().stream().map(s -> s.spec().getClass()).toList())
          .isEqualTo(
              List.of(
                  LinearSpec.class,
                  ReluSpec.class,
                  LinearSpec.class,
                  TruncateSpec.class,
                  RevealSpec.class));
      assertThat(plan.ciphertexts()).hasSize(1);
      assertThat(plan.reveal().shape().dimensions()).containsExactly(3);
      LinearSpec first = (LinearSpec) plan.steps().get(0).spec();
      ReluSpec relu = (ReluSpec) plan.steps().get(1).spec();
      assertThat(relu.input()).isEqualTo(first.output());
      assertThat(relu.output().fraction()).isEqualTo(first.output().fraction() - relu.dropped());
      assertThat(model.layers().stream().map(LayerReport::name).toList())
          .containsExactly("dense1", "relu3", "dense4", "dense4", "bias5");
      assertThat(model.layers().get(0).noiseMarginBits()).isPositive();
      // The headroom of 1.5 is 0.58 bits; rounding up to whole bits adds less than one more.
      assertThat(model.layers().get(0).headroomBits()).isBetween(0.5, 1.6);
    }
  }

  @Test
  void onlyTheClassIsToldIfThatIsAskedFor() throws Exception {
    Net net = new Net(3);
    Graph graph = net.build(net.softmax(net.dense(net.relu(net.dense(net.input(6), 8)), 5)));
    List<float[]> images = Nets.images(graph, 40, 2);
    List<float[]> expected = new GraphInterpreter(graph).run(images);
    try (CompiledModel model =
        ModelCompiler.compile(
            graph,
            FixedPointSettings.DEFAULTS,
            FunctionForm.LOOKUP,
            ModelCompiler.Outputs.CLASS,
            Ranges.of(graph, NumericRanges.measure(graph, images)))) {
      RevealSpec reveal = model.plan().plan().reveal();
      assertThat(reveal.input().elements()).isOne();
      assertThat(reveal.input().bits()).isEqualTo(4);
      FixedTensor places = Predictions.byProtocol(model, images).get(0);
      int right = 0;
      for (int image = 0; image < 40; image++) {
        int best = 0;
        for (int i = 1; i < 5; i++) {
          if (expected.get(0)[image * 5 + i] > expected.get(0)[image * 5 + best]) {
            best = i;
          }
        }
        right += places.get(0, image) == best ? 1 : 0;
      }
      assertThat(right).isGreaterThanOrEqualTo(39);
    }
  }

  @Test
  void anEndingReluIsRevealedAsItIs() {
    Graph graph = new Chain(1, 6).dense(5).relu().reshape(5, 1).build();
    try (CompiledModel model = compiled(graph, Chain.images(graph, 9, 1))) {
      assertThat(model.plan().steps()).hasSize(3);
      assertThat(model.plan().plan().reveal().shape().dimensions()).containsExactly(5, 1);
    }
  }

  @Test
  void theTwinDetectsValuesFarBeyondTheCalibration() {
    Graph graph = new Chain(1, 6).dense(5).relu().dense(3).build();
    float[] samples = Chain.images(graph, 9, 1);
    try (CompiledModel model =
        ModelCompiler.compile(
            graph,
            FixedPointSettings.DEFAULTS.withInputLimit(1000),
            Ranges.of(graph, NumericRanges.measure(graph, samples)))) {
      float[] huge = new float[6];
      java.util.Arrays.fill(huge, 900);
      FixedTensor input = model.plan().plan().input().quantize(huge);

      Wraps wraps = new Wraps();
      model.plan().runTwin(List.of(input), wraps);
      assertThat(wraps.count()).isPositive();
    }
  }

  @Test
  void aModelThatFitsNoPlanIsRefused() {
    Graph graph = new Chain(1, 4000).dense(1).build();
    FixedPointSettings settings = FixedPointSettings.DEFAULTS.withMaxBits(8).withInputLimit(1e6);
    assertThatThrownBy(() -> ModelCompiler.compile(graph, settings, null))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("max-bits");
  }
}
