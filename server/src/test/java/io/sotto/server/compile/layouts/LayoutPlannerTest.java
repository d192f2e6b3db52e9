package io.sotto.server.compile.layouts;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.ckks.CiphertextMap;
import io.sotto.ckks.LinearMap;
import io.sotto.ckks.PolynomialMap;
import io.sotto.ckks.RingParameters;
import io.sotto.ckks.WeightsMemory;
import io.sotto.converter.linear.Layout;
import io.sotto.converter.linear.LinearSpec.Arrangement;
import io.sotto.graph.Conv2D;
import io.sotto.graph.Conv2D.Margins;
import io.sotto.graph.Conv2D.Step;
import io.sotto.graph.Input;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.natives.testing.LeakCheck;
import io.sotto.server.compile.formats.QuantizedMap;
import io.sotto.server.compile.layouts.LayoutPlanner.Choice;
import io.sotto.server.compile.operations.WeightedNodes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class LayoutPlannerTest {
  private static final RingParameters RING = RingParameters.of(11, 50);
  private static final int BITS = 20;
  private static final long POLYNOMIAL_BYTES = 2048 * Long.BYTES;

  private static final UnitCosts COSTS = new UnitCosts(24, 0.8, 30, 14, 0.8, 12000);

  /** Where smaller tiles have fewer weights, and more of all else. */
  private static LayerMap convolution() {
    Shape picture = Shape.of(16, 16, 32);
    Shape kernel = Shape.of(3, 3, 32, 32);
    float[] weights = new float[kernel.elements()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i % 7 - 3;
    }
    Input input = new Input("picture", picture);
    Margins pads = Margins.same(picture, kernel, Step.ONE, Step.ONE);
    Conv2D layer = Conv2D.of("layer", input, Weights.of(kernel, weights), Step.ONE, Step.ONE, pads);
    return new LayerMap(
        QuantizedMap.of(WeightedNodes.map(layer, picture), 0, 0),
        new int[] {picture.elements()},
        new Node[] {input},
        layer);
  }

  private static Choice plan(WeightsMemory memory) {
    LayerMap layer = convolution();
    try (LinearMap integers = layer.weights().integers()) {
      return new LayoutPlanner(RING, new LayoutMeans(COSTS, memory), 1).plan(layer, integers, BITS);
    }
  }

  private static int productsForOneImage(Choice choice) {
    int products = products(choice);
    choice.maps().values().forEach(CiphertextMap::close);
    return products;
  }

  private static int products(Choice choice) {
    Layout first = choice.arrangements().get(0).layout();
    int products = 0;
    for (var each : choice.maps().entrySet()) {
      if (each.getKey().equals(first) && each.getValue() instanceof PolynomialMap map) {
        products = map.products();
      }
    }
    assertThat(products).isPositive();
    return products;
  }

  @Test
  void weightsThatAreMadeForEachBatchAreFewer() {
    WeightsMemory none = new WeightsMemory(0);
    int kept = productsForOneImage(plan(new WeightsMemory(1L << 30)));
    assertThat(productsForOneImage(plan(none))).isLessThan(kept);
  }

  @Test
  void whatALayerTakesOfTheMemoryHasNoRoomForTheNext() {
    long room = 1L << 30;
    WeightsMemory memory = new WeightsMemory(room);
    Choice ample = plan(memory);
    int kept = products(ample);
    assertThat(memory.room()).isEqualTo(room - kept * POLYNOMIAL_BYTES);
    ample.maps().values().forEach(CiphertextMap::close);
    assertThat(memory.room()).isEqualTo(room);

    WeightsMemory forOne = new WeightsMemory(kept * POLYNOMIAL_BYTES);
    Choice first = plan(forOne);
    assertThat(products(first)).isEqualTo(kept);
    assertThat(productsForOneImage(plan(forOne))).isLessThan(kept);
    first.maps().values().forEach(CiphertextMap::close);
  }

  /** What is in memory for one image is free for more, too, however little is left. */
  @Test
  void largerBatchesUseWhatIsKeptForOneImage() {
    Choice ample = plan(new WeightsMemory(1L << 30));
    long one = productsForOneImage(ample) * POLYNOMIAL_BYTES;
    Choice exact = plan(new WeightsMemory(one));
    exact.maps().values().forEach(CiphertextMap::close);
    assertThat(exact.arrangements().get(0)).isEqualTo(ample.arrangements().get(0));
    assertThat(exact.arrangements().get(1).from())
        .isGreaterThanOrEqualTo(ample.arrangements().get(1).from());
  }

  @Test
  void everySizeOfBatchHasALayout() {
    Choice choice = plan(new WeightsMemory(0));
    List<Arrangement> arrangements = choice.arrangements();
    choice.maps().values().forEach(CiphertextMap::close);
    assertThat(arrangements.get(0).from()).isEqualTo(1);
    assertThat(arrangements).extracting(Arrangement::from).isSorted().doesNotHaveDuplicates();
  }
}
