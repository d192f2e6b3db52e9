package io.sotto.tfimport.internal;

import io.sotto.tfimport.ModelImportException;
import io.sotto.tfimport.graph.Node;
import io.sotto.tfimport.graph.Shape;
import io.sotto.tfimport.graph.Weights;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * A node of the SavedModel as its importer sees it: attributes, inputs already imported, and the
 * place to put its result. What a node lacks is told in the words of the model's author: {@code
 * role} says what an input is, such as "filter".
 */
public final class OpNode {
  private final NodeDef def;
  private final List<Value> inputs;
  private final Supplier<Value.Floats> variable;
  private final Function<Function<String, Node>, Node> emit;

  /**
   * A view of a node.
   *
   * @param variable the value of the variable that the node is the handle of; asked only then
   * @param emit names a node, makes it and adds it to the graph
   */
  OpNode(
      NodeDef def,
      List<Value> inputs,
      Supplier<Value.Floats> variable,
      Function<Function<String, Node>, Node> emit) {
    this.def = def;
    this.inputs = List.copyOf(inputs);
    this.variable = variable;
    this.emit = emit;
  }

  public String op() {
    return def.getOp();
  }

  public int inputCount() {
    return inputs.size();
  }

  public Value input(int index) {
    if (index >= inputs.size()) {
      throw FlatGraph.damaged(
          "%s (%s) has %d inputs".formatted(def.getName(), def.getOp(), inputs.size()));
    }
    return inputs.get(index);
  }

  /** An input that is computed from the model's input. */
  public Node activation(int index, String role) {
    if (input(index) instanceof Value.Activation activation) {
      return activation.node();
    }
    throw new UnsupportedNodeException(
        "its %s does not depend on the model's input".formatted(role));
  }

  public Value.Floats floats(int index, String role) {
    if (input(index) instanceof Value.Floats floats) {
      return floats;
    }
    throw new UnsupportedNodeException("its %s is not a constant".formatted(role));
  }

  /** Integers of shape arithmetic, some of which may be multiples of the batch's size. */
  public Value.Integers integers(int index, String role) {
    if (input(index) instanceof Value.Integers integers) {
      return integers;
    }
    throw new UnsupportedNodeException("its %s is not known before a prediction".formatted(role));
  }

  /** Integers that do not depend on the batch's size. */
  public int[] knownIntegers(int index, String role) {
    Value.Integers integers = integers(index, role);
    int[] known = new int[integers.size()];
    for (int i = 0; i < known.length; i++) {
      if (integers.timesBatch(i)) {
        throw new UnsupportedNodeException("its %s depends on the batch's size".formatted(role));
      }
      known[i] = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, integers.value(i)));
    }
    return known;
  }

  /** One integer that does not depend on the batch's size. */
  public int knownInteger(int index, String role) {
    int[] known = knownIntegers(index, role);
    if (known.length != 1) {
      throw new UnsupportedNodeException("its %s is no single number".formatted(role));
    }
    return known[0];
  }

  /** A constant as a layer's weights: finite values, and at least one. */
  public Weights weights(Value.Floats floats) {
    for (float value : floats.values()) {
      if (!Float.isFinite(value)) {
        throw new ModelImportException(
            "the weights of %s hold NaN or infinity (%s); the model can't predict with them"
                .formatted(def.getName(), floats.origin()));
      }
    }
    return Weights.of(Shape.of(floats.dims()), floats.values());
  }

  /** What the handle of a variable yields. */
  public Value variable() {
    return new Value.Variable(variable);
  }

  /** What a Const node holds. */
  public Value constant() {
    return Constants.decode(def);
  }

  public String string(String attribute, String otherwise) {
    return def.containsAttr(attribute)
        ? def.getAttrOrThrow(attribute).getS().toStringUtf8()
        : otherwise;
  }

  public boolean bool(String attribute) {
    return def.containsAttr(attribute) && def.getAttrOrThrow(attribute).getB();
  }

  public long integer(String attribute, long otherwise) {
    return def.containsAttr(attribute) ? def.getAttrOrThrow(attribute).getI() : otherwise;
  }

  /** Empty if the attribute is not there. */
  public List<Long> integerList(String attribute) {
    return def.getAttrOrDefault(attribute, AttrValue.getDefaultInstance()).getList().getIList();
  }

  public DataType type(String attribute) {
    return def.getAttrOrDefault(attribute, AttrValue.getDefaultInstance()).getType();
  }

  /** Adds a node to the graph, under the name that it is given, and yields its result. */
  public Value emit(Function<String, Node> make) {
    return new Value.Activation(emit.apply(make));
  }
}
