package io.sotto.server.compile.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Graph;
import io.sotto.graph.Node;
import io.sotto.server.compile.Net;
import io.sotto.server.compile.affine.AffineMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which linear results are made values, and which are computed as part of what takes them. */
class MadeValuesTest {
  private static final int CHANNELS = 32;

  private static List<Op.Linear> layers(Operations operations) {
    return operations.all().stream()
        .filter(Op.Linear.class::isInstance)
        .map(Op.Linear.class::cast)
        .toList();
  }

  private static long made(Operations operations) {
    return operations.all().stream().filter(Op.Widen.class::isInstance).count();
  }

  private static long matrices(Op.Linear layer) {
    return layer.map().blocks().stream().map(AffineMap.Block::weights).distinct().count();
  }

  /** Inverted residuals without an activation after the projection, so many in a row. */
  private static Graph bottlenecks(int blocks) {
    Net net = new Net(blocks);
    Node x = net.relu(net.conv(net.input(4, 4, 3), 1, CHANNELS));
    x = net.conv(x, 1, CHANNELS);
    for (int block = 0; block < blocks; block++) {
      Node expanded = net.leaky(net.conv(x, 1, 2 * CHANNELS));
      Node projected = net.norm(net.conv(expanded, 1, CHANNELS));
      x = net.plus(x, projected);
    }
    return net.build(net.conv(x, 1, 4));
  }

  @Test
  void aProjectionIsPartOfTheExpansionThatFollows() {
    Net net = new Net(1);
    Node narrow = net.conv(net.relu(net.input(8, 8, 16)), 1, 8);
    Graph graph = net.build(net.relu(net.conv(narrow, 1, 24)));
    Operations operations = Lowered.of(graph, false).operations();

    OperationsInterpreter.requireSame(graph, operations, 1);
    Op.Linear both = layers(operations).get(0);
    assertThat(layers(operations)).hasSize(1);
    assertThat(made(operations)).isZero();
    assertThat(both.map().blocks()).hasSize(64);
    assertThat(matrices(both)).isOne();
    assertThat(both.map().multiplications()).isEqualTo(64 * 16 * 24);
  }

  @Test
  void aPreluIsPartOfTheConvolutionThatFollowsWhichStaysOne() {
    Net net = new Net(2);
    Node sloped = net.leaky(net.conv(net.input(6, 6, 2), 3, 4));
    Graph graph = net.build(net.conv(sloped, 3, 5));
    Operations operations = Lowered.of(graph, false).operations();

    OperationsInterpreter.requireSame(graph, operations, 2);
    Op.Linear second = layers(operations).get(1);
    assertThat(layers(operations)).hasSize(2);
    assertThat(matrices(second)).isOne();
    assertThat(second.map().blocks()).allSatisfy(b -> assertThat(b.refs()).hasSize(2 * 9 * 4));
  }

  /** A dense layer of all of a picture costs more than the few sums in between do as values. */
  @Test
  void sumsOfWholePicturesAreMadeBeforeADenseLayer() {
    Net net = new Net(3);
    Node x = net.relu(net.input(32, 32, 32));
    Graph graph = net.build(net.dense(net.dense(x, 16), 256));
    Operations operations = Lowered.of(graph, false).operations();

    OperationsInterpreter.requireSame(graph, operations, 3);
    assertThat(made(operations)).isOne();
    assertThat(Lowered.of(graph, false).multiplications()).isEqualTo(32768 * 16 + 16 * 256);
  }

  /** The longer the row, the more of its sums are values: the cost grows with its length only. */
  @Test
  void sumsOfManyResidualsAreMadeNowAndThen() {
    long some = Lowered.of(bottlenecks(20), false).multiplications();
    Lowered many = Lowered.of(bottlenecks(60), false);

    assertThat(many.multiplications()).isLessThan(4 * some);
    assertThat(made(many.operations())).isBetween(2L, 30L);
    layers(many.operations()).forEach(layer -> assertThat(matrices(layer)).isOne());
  }

  @Test
  void rowsOfResidualsComputeWhatTheGraphDoes() {
    Graph graph = bottlenecks(18);
    Operations operations = Lowered.of(graph, false).operations();

    assertThat(made(operations)).isPositive();
    OperationsInterpreter.requireSame(graph, operations, 4);
  }
}
