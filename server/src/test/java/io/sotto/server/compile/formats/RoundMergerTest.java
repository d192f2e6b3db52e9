package io.sotto.server.compile.formats;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.graph.Graph;
import io.sotto.graph.Node;
import io.sotto.graph.NumericRanges;
import io.sotto.server.compile.Chain;
import io.sotto.server.compile.Net;
import io.sotto.server.compile.Nets;
import io.sotto.server.compile.operations.Lowered;
import io.sotto.server.compile.operations.Operations;
import io.sotto.server.compile.operations.OperationsInterpreter;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundMergerTest {
  private static Operations merged(Graph graph) {
    Operations operations = Lowered.of(graph, false).operations();
    Ranges ranges = Ranges.of(graph, NumericRanges.measure(graph, Nets.images(graph, 20, 1)));
    return RoundMerger.merge(
        operations,
        FormatPlanner.plan(
            operations, FixedPointSettings.DEFAULTS, new KnownRanges(ranges, null, 1.5), 7));
  }

  @Test
  void relusOfBranchesOfOneDepthAreOne() {
    Net net = new Net(5);
    Node x = net.input(6, 6, 2);
    Node a = net.relu(net.conv(x, 1, 3));
    Node b = net.relu(net.conv(net.relu(net.conv(x, 1, 2)), 3, 2));
    Node c = net.relu(net.conv(net.maxPool(x, 3, 1, 1), 1, 2));
    Graph graph = net.build(net.dense(net.concat(a, b, c), 4));
    Operations operations = merged(graph);

    assertThat(
            OperationsInterpreter.kinds(Lowered.of(graph, false).operations())
                .chars()
                .filter(k -> k == 'R')
                .count())
        .isEqualTo(4);
    assertThat(OperationsInterpreter.kinds(operations).chars().filter(k -> k == 'R').count())
        .isEqualTo(3);
    OperationsInterpreter.requireSame(graph, operations, 6);
  }

  @Test
  void poolingsAndProductsOfBranchesOfOneDepthAreOne() {
    Net net = new Net(7);
    Node x = net.input(6, 6, 2);
    Node a = net.conv(x, 1, 3);
    Node b = net.conv(x, 1, 3);
    Node pooled = net.concat(net.maxPool(a, 3, 2, 1), net.maxPool(b, 3, 2, 1));
    Node squares = net.concat(net.times(a, a), net.times(b, b));
    Graph graph =
        net.build(
            net.concat(net.dense(pooled, 4), net.dense(squares, 4), net.dense(net.times(a, b), 4)));
    String before = OperationsInterpreter.kinds(Lowered.of(graph, false).operations());
    Operations operations = merged(graph);
    String after = OperationsInterpreter.kinds(operations);

    assertThat(before.chars().filter(k -> k == 'M').count()).isEqualTo(2);
    assertThat(after.chars().filter(k -> k == 'M').count()).isEqualTo(1);
    // The squares are one; the product of two values is another kind.
    assertThat(before.chars().filter(k -> k == 'X').count()).isEqualTo(3);
    assertThat(after.chars().filter(k -> k == 'X').count()).isEqualTo(2);
    OperationsInterpreter.requireSame(graph, operations, 6);
  }

  @Test
  void aChainStaysAsItIs() {
    Net net = new Net(6);
    Node x = net.input(8);
    Graph graph = net.build(net.dense(net.relu(net.dense(net.relu(net.dense(x, 6)), 5)), 3));
    Operations operations = Lowered.of(graph, false).operations();
    Ranges ranges =
        Ranges.of(graph, NumericRanges.measure(graph, List.of(Chain.images(graph, 9, 1))));

    assertThat(
            RoundMerger.merge(
                operations,
                FormatPlanner.plan(
                    operations,
                    FixedPointSettings.DEFAULTS,
                    new KnownRanges(ranges, null, 1.5),
                    8)))
        .isSameAs(operations);
  }
}
