package io.sotto.graph.rewrite;

import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph under change: nodes may be replaced and results redirected, and what nobody needs then
 * disappears.
 */
final class Draft {
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final List<Graph.Output> outputs;

  Draft(Graph graph) {
    graph.nodes().forEach(node -> nodes.put(node.name(), node));
    outputs = new ArrayList<>(graph.outputs());
  }

  /** All nodes at this moment, in their order. */
  List<Node> nodes() {
    return List.copyOf(nodes.values());
  }

  /** Whether a node is still the one of its name. */
  boolean holds(Node node) {
    return node.equals(nodes.get(node.name()));
  }

  Node node(String name) {
    Node node = nodes.get(name);
    if (node == null) {
      throw new IllegalStateException("no node " + name);
    }
    return node;
  }

  /** The node that a node takes its only input from. */
  Node inputOf(Node node) {
    return node(node.inputs().get(0));
  }

  /** Whether only one other node needs a node's result, and no output is it. */
  boolean hasOneUse(Node node) {
    return outputs.stream().noneMatch(output -> output.node().equals(node.name()))
        && nodes.values().stream()
                .flatMap(consumer -> consumer.inputs().stream())
                .filter(node.name()::equals)
                .count()
            == 1;
  }

  /** Puts a node in place of that of the same name. */
  void put(Node node) {
    nodes.put(node.name(), node);
  }

  /** Puts a node in place of another one. */
  void replace(Node old, Node node) {
    if (node.name().equals(old.name())) {
      put(node);
      return;
    }
    put(node);
    redirect(old.name(), node.name());
  }

  /** Whoever took the result of one node takes that of the other one from now on. */
  void redirect(String from, String to) {
    for (Node node : nodes()) {
      if (node.inputs().contains(from) && !node.name().equals(to)) {
        put(
            node.withInputs(
                node.inputs().stream().map(name -> name.equals(from) ? to : name).toList()));
      }
    }
    outputs.replaceAll(
        output -> output.node().equals(from) ? new Graph.Output(output.name(), to) : output);
  }

  /** The graph without what leads to no output, each node after its inputs. */
  Graph graph() {
    Set<String> needed = new HashSet<>();
    outputs.forEach(output -> collect(output.node(), needed));
    List<Node> ordered = new ArrayList<>();
    Set<String> done = new HashSet<>();
    for (Node node : nodes()) {
      if (node instanceof Input && done.add(node.name())) {
        ordered.add(node);
      }
    }
    for (Node node : nodes()) {
      if (needed.contains(node.name())) {
        order(node, done, ordered);
      }
    }
    return new Graph(ordered, outputs);
  }

  private void collect(String name, Set<String> needed) {
    if (needed.add(name)) {
      node(name).inputs().forEach(input -> collect(input, needed));
    }
  }

  private void order(Node node, Set<String> done, List<Node> ordered) {
    if (done.add(node.name())) {
      node.inputs().forEach(input -> order(node(input), done, ordered));
      ordered.add(node);
    }
  }
}
