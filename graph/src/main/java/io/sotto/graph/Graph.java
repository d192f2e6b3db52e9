package io.sotto.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model: nodes in an order in which every node comes after its inputs, the {@link Input}s first,
 * and the outputs, which bear the names of the model's signature. Shapes are of one image; the
 * batch is implied. Immutable, and valid once built.
 */
public final class Graph {
  private final List<Node> nodes;
  private final List<Input> inputs;
  private final List<Output> outputs;
  private final Map<String, Node> byName;
  private final Map<String, List<Node>> consumers;

  /**
   * What a prediction yields.
   *
   * @param name as the model's signature has it
   * @param node the name of the node that computes it
   */
  public record Output(String name, String node) {}

  /** A graph with one output: the last node, under its own name. */
  public Graph(List<Node> nodes) {
    this(
        nodes,
        nodes.isEmpty()
            ? List.of()
            : List.of(
                new Output(
                    nodes.get(nodes.size() - 1).name(), nodes.get(nodes.size() - 1).name())));
  }

  /**
   * A graph of these nodes, checked.
   *
   * @param nodes the inputs, then the others, each after its inputs and each leading to an output;
   *     an input may be of no use
   * @param outputs at least one, with different names; two may be of the same node
   * @throws IllegalArgumentException if they are not so, or a shape does not follow from the inputs
   */
  public Graph(List<Node> nodes, List<Output> outputs) {
    this.nodes = List.copyOf(nodes);
    this.outputs = List.copyOf(outputs);
    this.byName = new LinkedHashMap<>();
    this.consumers = new LinkedHashMap<>();
    if (this.nodes.isEmpty() || !(this.nodes.get(0) instanceof Input)) {
      throw new IllegalArgumentException("a graph starts with its input");
    }
    List<Input> found = new ArrayList<>();
    for (Node node : this.nodes) {
      if (node instanceof Input input) {
        if (found.size() < byName.size()) {
          throw new IllegalArgumentException(
              "a graph starts with its inputs; %s comes after others".formatted(node.name()));
        }
        found.add(input);
      }
      add(node);
    }
    this.inputs = List.copyOf(found);
    checkOutputs();
  }

  private void add(Node node) {
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

  private void checkOutputs() {
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException("a graph has at least one output");
    }
    Set<String> names = new HashSet<>();
    for (Output output : outputs) {
      if (!byName.containsKey(output.node())) {
        throw new IllegalArgumentException(
            "output %s is of a node %s that is not there".formatted(output.name(), output.node()));
      }
      if (!names.add(output.name())) {
        throw new IllegalArgumentException("two outputs are called " + output.name());
      }
    }
    for (Node node : nodes) {
      boolean used = !consumersOf(node).isEmpty();
      if (!(node instanceof Input) && !used && !isOutput(node)) {
        throw new IllegalArgumentException(node.name() + " leads to no output");
      }
      if (used && (node instanceof Softmax || node instanceof ArgMax)) {
        throw new IllegalArgumentException(
            "%s is a %s, which can only be an output, but %s takes it"
                .formatted(node.name(), node.kind(), consumersOf(node).get(0).name()));
      }
    }
  }

  /** All nodes, each after its inputs. */
  public List<Node> nodes() {
    return nodes;
  }

  /** What the client sends, in the signature's order. */
  public List<Input> inputs() {
    return inputs;
  }

  /** What a prediction yields, in the signature's order. */
  public List<Output> outputs() {
    return outputs;
  }

  /**
   * The only input.
   *
   * @throws IllegalStateException if there are several
   */
  public Input input() {
    if (inputs.size() != 1) {
      throw new IllegalStateException("the graph has %d inputs".formatted(inputs.size()));
    }
    return inputs.get(0);
  }

  /**
   * The node of the only output.
   *
   * @throws IllegalStateException if there are several
   */
  public Node output() {
    if (outputs.size() != 1) {
      throw new IllegalStateException("the graph has %d outputs".formatted(outputs.size()));
    }
    return node(outputs.get(0).node());
  }

  /** Whether a node's result is an output. */
  public boolean isOutput(Node node) {
    return outputs.stream().anyMatch(output -> output.node().equals(node.name()));
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
          node instanceof Input
                  || (previous != null && node.inputs().equals(List.of(previous.name())))
              ? ""
              : "from " + String.join(", ", node.inputs());
      String line =
          ("%-" + nameWidth + "s  %-7s  %-" + shapeWidth + "s  %s  %s")
              .formatted(node.name(), node.kind(), node.shape(), node.details(), from);
      text.append(line.stripTrailing()).append('\n');
      previous = node;
    }
    if (previous == null
        || !outputs.equals(List.of(new Output(previous.name(), previous.name())))) {
      for (Output output : outputs) {
        text.append("output ")
            .append(output.name())
            .append(" = ")
            .append(output.node())
            .append('\n');
      }
    }
    return text.toString();
  }
}
