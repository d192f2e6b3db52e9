package io.sotto.server.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Graph;
import io.sotto.graph.Node;
import io.sotto.graph.NumericRanges;
import io.sotto.server.compile.Chain;
import io.sotto.server.compile.Net;
import io.sotto.server.compile.formats.FormattedOperations;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FormatChoicesTest {
  private final Graph graph =
      new Chain(2, 5).dense(6).relu().dense(7).relu().dense(6).relu().dense(3).build();

  private FormatChoices choices() {
    return choices(graph, measured(graph));
  }

  private static Ranges measured(Graph graph) {
    return Ranges.of(graph, NumericRanges.measure(graph, Chain.images(graph, 20, 3)));
  }

  private static FormatChoices choices(Graph graph, Ranges ranges) {
    Lowered lowered = Lowered.of(graph, false);
    FixedPointSettings settings = FixedPointSettings.DEFAULTS;
    return FormatChoices.of(
        lowered.operations(),
        FormattedOperations.of(lowered, settings, ranges).formats(),
        ranges,
        Map.of("x", 1.0));
  }

  /** By how many bits each layer's weights and values differ. */
  private static Map<String, String> differences(Ranges fewer, Ranges more) {
    Map<String, String> differences = new TreeMap<>();
    fewer
        .layers()
        .forEach(
            (name, bits) -> {
              Ranges.LayerBits other = more.layer(name).orElseThrow();
              differences.put(
                  name,
                  (other.weightFraction() - bits.weightFraction())
                      + "/"
                      + (other.fraction() - bits.fraction()));
            });
    return differences;
  }

  @Test
  void eachLayersWeightsAndValuesAndTheInputAreChoices() {
    FormatChoices choices = choices();

    assertThat(choices.count()).isEqualTo(4 + 4 + 1);
    assertThat(choices.isGrouped()).isFalse();
    assertThat(choices.grouped(9)).isSameAs(choices);
  }

  @Test
  void neighboursThatAreTiedGetBitsTogether() {
    FormatChoices tied = choices().grouped(4);
    Ranges base = tied.ranges(new int[4]);

    assertThat(tied.count()).isEqualTo(4);
    assertThat(tied.isGrouped()).isTrue();
    assertThat(differences(base, tied.ranges(new int[] {1, 0, 0, 0})))
        .isEqualTo(Map.of("dense1", "1/0", "dense3", "1/0", "dense5", "0/0", "dense7", "0/0"));
    assertThat(differences(base, tied.ranges(new int[] {0, 0, 0, 2})))
        .isEqualTo(Map.of("dense1", "0/0", "dense3", "0/2", "dense5", "0/2", "dense7", "0/2"));
  }

  /** Two layers' results in a sum with a third are computed as one that no node has. */
  @Test
  void partsOfSumsAreTakenToBeAsLargeAsTheSumNotAsTheirBound() {
    Net net = new Net(1);
    Node x = net.input(8);
    Node one = net.dense(net.relu(net.dense(x, 400)), 8);
    Node other = net.dense(net.relu(net.dense(x, 400)), 8);
    Node sum = net.plus(one, other, net.relu(net.dense(x, 8)));
    Graph sums = net.build(net.dense(net.relu(sum), 3));
    Ranges ranges = measured(sums);
    FormatChoices choices = choices(sums, ranges);

    int fraction =
        choices
            .ranges(new int[choices.count()])
            .layer(one.name() + "+" + other.name())
            .orElseThrow()
            .fraction();
    assertThat(fraction)
        .isGreaterThanOrEqualTo(11 - 3 - Math.getExponent(ranges.maxAbs(sum.name())));
  }

  @Test
  void asFewAsTwoSayAllOfAModel() {
    Ranges ranges = choices().grouped(2).ranges(new int[] {0, 1});

    assertThat(ranges.layers()).hasSize(4);
    assertThat(ranges.inputs()).containsOnlyKeys("x");
  }
}
