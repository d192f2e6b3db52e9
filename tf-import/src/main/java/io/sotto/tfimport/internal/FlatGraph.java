package io.sotto.tfimport.internal;

import io.sotto.tfimport.refusal.ModelImportException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * A graph with all calls of functions seen through: references to a call's result lead to the node
 * of the function's body that computes it, references to a function's argument to the caller's
 * node. Bodies are expanded as they are asked for.
 */
public final class FlatGraph {
  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");
  private static final int MAX_DEPTH = 100;
  private static final int MAX_HOPS = 100_000;

  private final Map<String, FunctionDef> functions = new HashMap<>();
  private final Scope main;

  public FlatGraph(GraphDef graph) {
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      functions.put(function.getSignature().getName(), function);
    }
    main = new Scope(null, null, null, graph.getNodeList());
  }

  /**
   * One result of a node.
   *
   * @param argument the output argument's name where the reference tells it, else empty
   * @param index counts within the named output argument, or else over all results
   */
  record Output(FlatNode node, String argument, int index) {}

  /** A node of the graph or of a function's body, in one call of it. Identity is equality. */
  static final class FlatNode {
    private final FlatGraph graph;
    private final Scope scope;
    private final NodeDef def;
    private final List<String> dataInputs = new ArrayList<>();
    private final List<String> controlInputs = new ArrayList<>();
    private @Nullable Scope body;

    private FlatNode(FlatGraph graph, Scope scope, NodeDef def) {
      this.graph = graph;
      this.scope = scope;
      this.def = def;
      for (String input : def.getInputList()) {
        if (input.startsWith("^")) {
          controlInputs.add(input.substring(1));
        } else {
          dataInputs.add(input);
        }
      }
    }

    String name() {
      return def.getName();
    }

    String op() {
      return def.getOp();
    }

    NodeDef def() {
      return def;
    }

    int inputCount() {
      return dataInputs.size();
    }

    Output input(int index) {
      if (index >= dataInputs.size()) {
        throw damaged("%s (%s) lacks input %d".formatted(name(), op(), index));
      }
      return graph.resolve(scope, dataInputs.get(index));
    }

    List<Output> inputs() {
      List<Output> inputs = new ArrayList<>(dataInputs.size());
      for (int i = 0; i < dataInputs.size(); i++) {
        inputs.add(input(i));
      }
      return inputs;
    }
  }

  private static final class Scope {
    private final @Nullable FunctionDef function;
    private final @Nullable FlatNode call;
    private final Map<String, NodeDef> defs = new LinkedHashMap<>();
    private final Map<String, FlatNode> nodes = new HashMap<>();
    private final Map<String, Integer> arguments = new HashMap<>();
    private final @Nullable Scope parent;
    private final int depth;

    private Scope(
        @Nullable Scope parent,
        @Nullable FunctionDef function,
        @Nullable FlatNode call,
        List<NodeDef> body) {
      this.parent = parent;
      this.function = function;
      this.call = call;
      this.depth = parent == null ? 0 : parent.depth + 1;
      for (NodeDef def : body) {
        defs.put(def.getName(), def);
      }
      if (function != null) {
        for (OpDef.ArgDef argument : function.getSignature().getInputArgList()) {
          arguments.put(argument.getName(), arguments.size());
        }
      }
    }
  }

  /** The node behind a tensor's name of the main graph, such as {@code serving_default_x:0}. */
  Output output(String tensor) {
    return resolve(main, tensor);
  }

  /** The node of this name in the main graph itself, not seen through. */
  FlatNode mainNode(String name) {
    return node(main, name);
  }

  private FlatNode node(Scope scope, String name) {
    NodeDef def = scope.defs.get(name);
    if (def == null) {
      throw damaged("it refers to a node %s that is not there".formatted(name));
    }
    return scope.nodes.computeIfAbsent(name, key -> new FlatNode(this, scope, def));
  }

  /** The name of the function that a node calls, empty if it is no call. */
  static String calledFunction(NodeDef node) {
    return CALLS.contains(node.getOp())
        ? node.getAttrOrDefault("f", AttrValue.getDefaultInstance()).getFunc().getName()
        : "";
  }

  private @Nullable FunctionDef callee(NodeDef def) {
    if (!CALLS.contains(def.getOp())) {
      return functions.get(def.getOp());
    }
    FunctionDef function = functions.get(calledFunction(def));
    if (function == null) {
      throw damaged("it calls a function %s that is not there".formatted(calledFunction(def)));
    }
    return function;
  }

  private @Nullable Scope body(FlatNode node) {
    if (node.body == null) {
      FunctionDef function = callee(node.def);
      if (function == null) {
        return null;
      }
      if (node.scope.depth >= MAX_DEPTH) {
        throw damaged("its functions call each other more than %d deep".formatted(MAX_DEPTH));
      }
      if (function.getSignature().getInputArgCount() != node.dataInputs.size()) {
        throw damaged(
            "%s calls %s with %d inputs instead of %d"
                .formatted(
                    node.name(),
                    function.getSignature().getName(),
                    node.dataInputs.size(),
                    function.getSignature().getInputArgCount()));
      }
      node.body = new Scope(node.scope, function, node, function.getNodeDefList());
    }
    return node.body;
  }

  // References are "name" or "name:index" in the main graph; "argument", "node:output:index" or
  // "argument:index" in a function's body.
  private Output resolve(Scope start, String startReference) {
    Scope scope = start;
    String reference = startReference;
    for (int hop = 0; hop < MAX_HOPS; hop++) {
      int firstColon = reference.indexOf(':');
      String name = firstColon < 0 ? reference : reference.substring(0, firstColon);
      Integer argument = scope.arguments.get(name);
      if (argument != null && scope.call != null && scope.parent != null) {
        reference = scope.call.dataInputs.get(argument);
        scope = scope.parent;
        continue;
      }
      FlatNode node = node(scope, name);
      int index = firstColon < 0 ? 0 : index(reference);
      Scope body = body(node);
      if (body == null || body.function == null) {
        int lastColon = reference.lastIndexOf(':');
        String result =
            firstColon < lastColon ? reference.substring(firstColon + 1, lastColon) : "";
        return new Output(node, result, index);
      }
      List<OpDef.ArgDef> results = body.function.getSignature().getOutputArgList();
      if (index >= results.size()) {
        throw damaged(
            "it refers to result %d of %s, which has %d".formatted(index, name, results.size()));
      }
      String result = body.function.getRetMap().get(results.get(index).getName());
      if (result == null) {
        throw damaged("a result of %s is not there".formatted(name));
      }
      reference = result;
      scope = body;
    }
    throw damaged("its calls run in a circle at " + startReference);
  }

  private static int index(String reference) {
    try {
      int index = Integer.parseInt(reference.substring(reference.lastIndexOf(':') + 1));
      if (index >= 0) {
        return index;
      }
    } catch (NumberFormatException e) {
      // Told below, as a negative index is.
    }
    throw damaged("it refers to %s, which is no result of a node".formatted(reference));
  }

  /** All nodes that some outputs depend on by data, each after its inputs. */
  List<FlatNode> order(List<Output> outputs) {
    List<FlatNode> ordered = new ArrayList<>();
    Map<FlatNode, Boolean> done = new HashMap<>();
    Deque<FlatNode> stack = new ArrayDeque<>();
    for (int i = outputs.size() - 1; i >= 0; i--) {
      stack.push(outputs.get(i).node());
    }
    while (!stack.isEmpty()) {
      FlatNode node = stack.peek();
      Boolean state = done.get(node);
      if (state == null) {
        done.put(node, false);
        List<Output> inputs = node.inputs();
        for (int i = inputs.size() - 1; i >= 0; i--) {
          FlatNode input = inputs.get(i).node();
          Boolean inputState = done.get(input);
          if (inputState == null) {
            stack.push(input);
          } else if (!inputState) {
            throw damaged("its nodes run in a circle at " + input.name());
          }
        }
      } else {
        stack.pop();
        if (!state) {
          done.put(node, true);
          ordered.add(node);
        }
      }
    }
    return ordered;
  }

  /**
   * All nodes that run when the node of this name in the main graph runs: those it depends on by
   * data or by order, and whole bodies of the functions called.
   */
  Collection<FlatNode> reachable(String name) {
    Set<FlatNode> seen = new LinkedHashSet<>();
    Deque<FlatNode> queue = new ArrayDeque<>();
    queue.add(mainNode(name));
    while (!queue.isEmpty()) {
      FlatNode node = queue.remove();
      if (!seen.add(node)) {
        continue;
      }
      for (String input : node.controlInputs) {
        queue.add(node(node.scope, input));
      }
      for (String input : node.dataInputs) {
        String producer = input.contains(":") ? input.substring(0, input.indexOf(':')) : input;
        if (!node.scope.arguments.containsKey(producer)) {
          queue.add(node(node.scope, producer));
        }
      }
      Scope body = body(node);
      if (body != null) {
        for (String inner : body.defs.keySet()) {
          queue.add(node(body, inner));
        }
      }
    }
    return seen;
  }

  static ModelImportException damaged(String what) {
    return new ModelImportException("the model's saved_model.pb is damaged: " + what);
  }
}
