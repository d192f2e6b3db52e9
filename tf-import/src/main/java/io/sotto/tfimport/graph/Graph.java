package io.sotto.tfimport.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model: nodes in an order in which every node comes after its inputs, one {@link Input} first
 * and the output last. Shapes are of one image; the batch is implied. Immutable, and valid once
 * built.
 */
public final class Graph {
  private final List<Node> nodes;
  private final Map<String, Node> byName;
  private final Map<String, List<Node>> consumers;

  /**
   * A graph of these nodes, checked.
   *
   * @param nodes each after its inputs; the first is the only {@link Input}, the last is the
   *     output, and each other one is used by a later one
   * @throws IllegalArgumentException if they are not so, or a shape does not follow from the inputs
   */
  public Graph(List<Node> nodes) {
    this.nodes = List.copyOf(nodes);
    this.byName = new LinkedHashMap<>();
    this.consumers = new LinkedHashMap<>();
    if (this.nodes.isEmpty() || !(this.nodes.get(0) instanceof Input)) {
      throw new IllegalArgumentException("a graph starts with its input");
    }
    for (Node node : this.nodes) {
      if (node instanceof Input && node != this.nodes.get(0)) {
        throw new IllegalArgumentException(
            "a graph has one input, not both %s and %s"
                .formatted(this.nodes.get(0).name(), node.name()));
      }
      List<Shape> shapes = new ArrayList<>();
      for (String input : node.inputs()) {
        Node producer = byName.get(input);
        if (producer == null) {
          throw new IllegalArgumentException(
              "%s takes %s, which is not before it in the graph".formatted(node.name(), input));
        }
        shapes.add(producer.shape());
      }
      for (String input : Set.copyOf(node.inputs())) {
        consumers.getOrDefault(input, List.of()).add(node);
      }
      Shape expected = node.shapeFrom(shapes);
      if (!expected.equals(node.shape())) {
        throw new IllegalArgumentException(
            "%s says shape %s, but its inputs give %s"
                .formatted(node.name(), node.shape(), expected));
      }
      if (byName.put(node.name(), node) != null) {
        throw new IllegalArgumentException("two nodes are called " + node.name());
      }
      consumers.put(node.name(), new ArrayList<>());
    }
    for (Node node : this.nodes) {
      if (node != output() && consumersOf(node).isEmpty()) {
        throw new IllegalArgumentException(node.name() + " leads to no output");
      }
    }
  }

  /** All nodes, each after its inputs. */
  public List<Node> nodes() {
    return nodes;
  }

  public Input input() {
    return (Input) nodes.get(0);
  }

  public Node output() {
    return nodes.get(nodes.size() - 1);
  }

  /**
   * The node of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Node node(String name) {
    Node node = byName.get(name);
    if (node == null) {
      throw new IllegalArgumentException(
          "the graph has no node %s; it has %s".formatted(name, byName.keySet()));
    }
    return node;
  }

  /** The nodes that a node takes its inputs from, in order. */
  public List<Node> inputsOf(Node node) {
    return node.inputs().stream().map(this::node).collect(Collectors.toUnmodifiableList());
  }

  /** The nodes that take a node's result, each once, in the graph's order. */
  public List<Node> consumersOf(Node node) {
    return List.copyOf(consumers.getOrDefault(node(node.name()).name(), List.of()));
  }

  /** A table, a line a node, without any weight. */
  @Override
  public String toString() {
    int nameWidth = nodes.stream().mapToInt(node -> node.name().length()).max().orElse(0);
    int shapeWidth =
        nodes.stream().mapToInt(node -> node.shape().toString().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    Node previous = null;
    for (Node node : nodes) {
      String from =
          previous == null || node.inputs().equals(List.of(previous.name()))
              ? ""
              : "from " + String.join(", ", node.inputs());
      String line =
          ("%-" + nameWidth + "s  %-7s  %-" + shapeWidth + "s  %s  %s")
              .formatted(node.name(), node.kind(), node.shape(), node.details(), from);
      text.append(line.stripTrailing()).append('\n');
      previous = node;
    }
    return text.toString();
  }
}
