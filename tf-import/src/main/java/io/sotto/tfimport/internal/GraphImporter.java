package io.sotto.tfimport.internal;

import io.sotto.tfimport.ModelImportException;
import io.sotto.tfimport.UnsupportedModelException;
import io.sotto.tfimport.UnsupportedModelException.UnsupportedNode;
import io.sotto.tfimport.graph.Graph;
import io.sotto.tfimport.graph.Input;
import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Walks a signature's nodes from input to output and imports each. A node that can't be imported is
 * noted, and the walk goes on with the shape that TensorFlow recorded for it, so that one error can
 * list them all.
 */
public final class GraphImporter {
  private static final Pattern CHANGES_VARIABLE =
      Pattern.compile("Assign(Add|Sub)?VariableOp|Resource(Scatter|Apply|SparseApply).*");

  private final SavedModelDirectory model;
  private final Signature signature;
  private final FlatGraph flat;
  private final VariableValues variables;
  private final OpRegistry registry;

  private final List<Node> nodes = new ArrayList<>();
  private final List<UnsupportedNode> unsupported = new ArrayList<>();
  private final Map<FlatGraph.FlatNode, Value> values = new HashMap<>();
  private final Set<FlatGraph.FlatNode> refused = new HashSet<>();

  public GraphImporter(
      SavedModelDirectory model,
      Signature signature,
      FlatGraph flat,
      VariableValues variables,
      OpRegistry registry) {
    this.model = model;
    this.signature = signature;
    this.flat = flat;
    this.variables = variables;
    this.registry = registry;
  }

  public Graph run() {
    FlatGraph.Output output = flat.output(signature.outputTensor());
    FlatGraph.FlatNode input = flat.output(signature.inputTensor()).node();
    List<FlatGraph.FlatNode> order = flat.order(output);
    LayerNames names = new LayerNames(order);
    Input graphInput = new Input(names.unique(signature.inputName()), signature.inputShape());
    nodes.add(graphInput);
    values.put(input, new Value.Activation(graphInput));
    for (FlatGraph.FlatNode node : order) {
      if (node != input) {
        values.put(node, importNode(node, names));
      }
    }
    refuseChangedVariables();
    if (!unsupported.isEmpty()) {
      throw new UnsupportedModelException(
          model.path().toString(),
          unsupported,
          registry.supported() + "; in float32, pictures as batch, height, width, channels (NHWC)");
    }
    if (!(value(output) instanceof Value.Activation result)) {
      throw new ModelImportException(
          "the output of signature %s of %s does not depend on its input"
              .formatted(signature.name(), model.path()));
    }
    return new Graph(neededFor(result.node()));
  }

  private Value value(FlatGraph.Output output) {
    Value value =
        Objects.requireNonNull(values.get(output.node()), "inputs are imported before their users");
    if (output.index() != 0 && refused.contains(output.node())) {
      return new Value.Unknown();
    }
    // Every operation that is supported has one result.
    if (output.index() != 0) {
      throw FlatGraph.damaged(
          "%s has no result %d".formatted(output.node().name(), output.index()));
    }
    return value;
  }

  private Value importNode(FlatGraph.FlatNode node, LayerNames names) {
    OpImporter importer = registry.find(node.op());
    if (importer == null) {
      return refuse(
          node,
          node.op().equals("Placeholder")
              ? "it is no input of the signature"
              : "this operation is not supported");
    }
    List<Value> inputs = node.inputs().stream().map(this::value).toList();
    if (inputs.stream().anyMatch(Value.Unknown.class::isInstance)) {
      return standIn(node);
    }
    DataType type = node.def().getAttrOrDefault("T", AttrValue.getDefaultInstance()).getType();
    if (type != DataType.DT_INVALID
        && type != DataType.DT_FLOAT
        && inputs.stream().anyMatch(Value.Activation.class::isInstance)) {
      return refuse(
          node, "it computes in %s; only float32 is supported".formatted(DataTypes.name(type)));
    }
    OpNode view =
        new OpNode(node.def(), inputs, () -> variables.read(node), make -> emit(node, names, make));
    try {
      return importer.importNode(view);
    } catch (UnsupportedNodeException | IllegalArgumentException e) {
      return refuse(node, String.valueOf(e.getMessage()));
    }
  }

  private Node emit(FlatGraph.FlatNode from, LayerNames names, Function<String, Node> make) {
    Class<? extends Node> kind = make.apply(from.name()).getClass();
    Node node = make.apply(names.name(from.name(), kind));
    nodes.add(node);
    return node;
  }

  private Value refuse(FlatGraph.FlatNode node, String reason) {
    unsupported.add(new UnsupportedNode(node.name(), node.op(), reason));
    return standIn(node);
  }

  /** A value of the shape that TensorFlow recorded, in place of one that is not to be had. */
  private Value standIn(FlatGraph.FlatNode node) {
    refused.add(node);
    NodeDef def = node.def();
    List<TensorShapeProto> shapes =
        def.getAttrOrDefault("_output_shapes", AttrValue.getDefaultInstance())
            .getList()
            .getShapeList();
    if (shapes.isEmpty()
        || shapes.get(0).getDimCount() == 0
        || shapes.get(0).getDim(0).getSize() >= 0) {
      return new Value.Unknown();
    }
    List<Integer> dims = new ArrayList<>();
    for (int i = 1; i < shapes.get(0).getDimCount(); i++) {
      long size = shapes.get(0).getDim(i).getSize();
      if (size < 1 || size > Integer.MAX_VALUE) {
        return new Value.Unknown();
      }
      dims.add((int) size);
    }
    try {
      return new Value.Activation(new Input(def.getName(), new Shape(dims)));
    } catch (IllegalArgumentException e) {
      return new Value.Unknown();
    }
  }

  private void refuseChangedVariables() {
    String tensor = signature.outputTensor();
    String name = tensor.contains(":") ? tensor.substring(0, tensor.indexOf(':')) : tensor;
    for (FlatGraph.FlatNode node : flat.reachable(name)) {
      if (CHANGES_VARIABLE.matcher(node.op()).matches()) {
        unsupported.add(
            new UnsupportedNode(
                node.name(), node.op(), "it changes a variable during a prediction"));
      }
    }
  }

  /** What only a shape was asked of, or nothing, is left out. */
  private List<Node> neededFor(Node output) {
    Set<String> needed = new HashSet<>(Set.of(output.name()));
    List<Node> kept = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (needed.contains(node.name())) {
        needed.addAll(node.inputs());
        kept.add(0, node);
      }
    }
    return kept;
  }
}
