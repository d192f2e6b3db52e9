package io.sotto.tfimport.internal;

import io.sotto.graph.ArgMax;
import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.Node;
import io.sotto.graph.Shape;
import io.sotto.graph.Softmax;
import io.sotto.tfimport.refusal.ModelImportException;
import io.sotto.tfimport.refusal.UnsupportedModelException;
import io.sotto.tfimport.refusal.UnsupportedModelException.UnsupportedNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
 * Walks a signature's nodes from inputs to outputs and imports each. A node that can't be imported
 * is noted, and the walk goes on with the shape that TensorFlow recorded for it, so that one error
 * can list them all.
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
    Map<FlatGraph.FlatNode, Signature.In> inputs = new LinkedHashMap<>();
    for (Signature.In input : signature.inputs()) {
      if (inputs.put(flat.output(input.tensor()).node(), input) != null) {
        throw FlatGraph.damaged("two inputs of the signature are the same");
      }
    }
    List<FlatGraph.Output> outputs =
        signature.outputs().stream().map(output -> flat.output(output.tensor())).toList();
    List<FlatGraph.FlatNode> order = flat.order(outputs);
    LayerNames names = new LayerNames(order);
    inputs.forEach(
        (node, input) -> {
          Input graphInput = new Input(names.unique(input.name()), input.shape());
          nodes.add(graphInput);
          values.put(node, new Value.Activation(graphInput));
        });
    for (FlatGraph.FlatNode node : order) {
      if (!inputs.containsKey(node)) {
        values.put(node, importNode(node, names));
      }
    }
    refuseChangedVariables(names);
    if (!unsupported.isEmpty()) {
      throw new UnsupportedModelException(
          model.path().toString(),
          unsupported,
          registry.supported() + "; in float32, pictures as batch, height, width, channels (NHWC)");
    }
    List<Graph.Output> results = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      results.add(result(signature.outputs().get(i), outputs.get(i)));
    }
    return graph(results);
  }

  private Graph.Output result(Signature.Out output, FlatGraph.Output from) {
    String what =
        "output %s of signature %s of %s".formatted(output.name(), signature.name(), model.path());
    if (value(from) instanceof Value.Moved) {
      throw new ModelImportException(what + " does not have the batch as its first axis");
    }
    if (!(value(from) instanceof Value.Activation activation)) {
      throw new ModelImportException(what + " does not depend on its input");
    }
    if (activation.rows() != 1) {
      throw new ModelImportException(
          "%s has %d rows an image; its first axis must be the batch"
              .formatted(what, activation.rows()));
    }
    boolean isFloat = output.type() == DataType.DT_FLOAT;
    if (!isFloat && !(activation.node() instanceof ArgMax)) {
      throw new ModelImportException(
          "%s is of type %s; only float32 is supported, or the index that ArgMax gives"
              .formatted(what, DataTypes.name(output.type())));
    }
    return new Graph.Output(output.name(), activation.node().name());
  }

  private Value value(FlatGraph.Output output) {
    Value value =
        Objects.requireNonNull(values.get(output.node()), "inputs are imported before their users");
    if (refused.contains(output.node())) {
      return output.index() == 0 ? value : new Value.Unknown();
    }
    OpImporter importer = registry.find(output.node().op());
    if (importer != null && !importer.yields(output.argument())) {
      return new Value.Unknown();
    }
    if (value instanceof Value.Several several && output.index() < several.results().size()) {
      return several.results().get(output.index());
    }
    if (value instanceof Value.Several || output.index() != 0) {
      throw FlatGraph.damaged(
          "%s has no result %d".formatted(output.node().name(), output.index()));
    }
    return value;
  }

  private Value importNode(FlatGraph.FlatNode node, LayerNames names) {
    try {
      OpImporter importer = importer(node);
      List<Value> inputs = inputs(node);
      if (inputs.stream().anyMatch(Value.Unknown.class::isInstance)) {
        return standIn(node);
      }
      List<Node> computed =
          inputs.stream()
              .filter(Value.Activation.class::isInstance)
              .map(value -> ((Value.Activation) value).node())
              .toList();
      requireFloats(node, computed);
      if (!importer.passesOn()) {
        computed.forEach(GraphImporter::requireNotLast);
      }
      return importer.importNode(
          new OpNode(
              node.def(),
              inputs,
              signature.fixedBatch(),
              () -> variables.read(node),
              make -> emit(node, names, make)));
    } catch (UnsupportedNodeException e) {
      return refuse(node, names, String.valueOf(e.getMessage()), e.instead());
    } catch (IllegalArgumentException | ArithmeticException e) {
      return refuse(node, names, String.valueOf(e.getMessage()), "");
    }
  }

  private OpImporter importer(FlatGraph.FlatNode node) {
    OpImporter importer = registry.find(node.op());
    if (importer == null) {
      throw new UnsupportedNodeException(
          node.op().equals("Placeholder")
              ? "it is no input of the signature"
              : "this operation is not supported");
    }
    return importer;
  }

  private List<Value> inputs(FlatGraph.FlatNode node) {
    List<Value> inputs = new ArrayList<>();
    for (FlatGraph.Output input : node.inputs()) {
      Value value = value(input);
      if (value instanceof Value.Unknown && !refused.contains(input.node())) {
        throw new UnsupportedNodeException(
            "it takes %s of %s (%s), which is not there at a prediction"
                .formatted(input.argument(), input.node().name(), input.node().op()));
      }
      inputs.add(value);
    }
    return inputs;
  }

  private static void requireFloats(FlatGraph.FlatNode node, List<Node> computed) {
    DataType type = node.def().getAttrOrDefault("T", AttrValue.getDefaultInstance()).getType();
    boolean isFloat = type == DataType.DT_INVALID || type == DataType.DT_FLOAT;
    if (!isFloat && !computed.isEmpty() && !(computed.get(0) instanceof ArgMax)) {
      throw new UnsupportedNodeException(
          "it computes in %s; only float32 is supported".formatted(DataTypes.name(type)),
          "cast to float32 before it, and export without mixed precision");
    }
  }

  /** Nothing computes with what clients see at the end. */
  private static void requireNotLast(Node input) {
    if (input instanceof Softmax || input instanceof ArgMax) {
      throw new UnsupportedNodeException(
          "it computes with the result of %s, which can only be an output".formatted(input.kind()),
          "end the model at the logits, and do this with the result");
    }
  }

  private Node emit(FlatGraph.FlatNode from, LayerNames names, Function<String, Node> make) {
    Class<? extends Node> kind = make.apply(from.name()).getClass();
    Node node = make.apply(names.name(from.name(), kind));
    nodes.add(node);
    return node;
  }

  private Value refuse(FlatGraph.FlatNode node, LayerNames names, String reason, String instead) {
    unsupported.add(
        new UnsupportedNode(
            names.layer(node.name()),
            node.name(),
            node.op(),
            reason,
            instead.isEmpty() ? Alternatives.to(node.op()) : instead));
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

  private void refuseChangedVariables(LayerNames names) {
    Set<FlatGraph.FlatNode> seen = new LinkedHashSet<>();
    for (Signature.Out output : signature.outputs()) {
      String tensor = output.tensor();
      String name = tensor.contains(":") ? tensor.substring(0, tensor.indexOf(':')) : tensor;
      seen.addAll(flat.reachable(name));
    }
    for (FlatGraph.FlatNode node : seen) {
      if (CHANGES_VARIABLE.matcher(node.op()).matches()) {
        refuse(
            node,
            names,
            "it changes a variable during a prediction",
            "export the model for inference (training=False), without counters");
      }
    }
  }

  /** What only a shape was asked of, or nothing, is left out. */
  private Graph graph(List<Graph.Output> results) {
    Set<String> needed = new HashSet<>();
    results.forEach(result -> needed.add(result.node()));
    List<Node> kept = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (needed.contains(node.name()) || node instanceof Input) {
        needed.addAll(node.inputs());
        kept.add(0, node);
      }
    }
    return new Graph(kept, results);
  }
}
