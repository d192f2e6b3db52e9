package io.sotto.tfimport.internal;

import io.sotto.graph.Gather;
import io.sotto.graph.Indices;
import io.sotto.graph.Node;
import io.sotto.graph.Reshape;
import io.sotto.graph.Shape;
import io.sotto.graph.Weights;
import io.sotto.tfimport.refusal.ModelImportException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
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
  private final int fixedBatch;
  private final Supplier<Value.Floats> variable;
  private final Function<Function<String, Node>, Node> emit;

  /**
   * A view of a node.
   *
   * @param fixedBatch the size of the batch that the model was exported with, -1 if it is free
   * @param variable the value of the variable that the node is the handle of; asked only then
   * @param emit names a node, makes it and adds it to the graph
   */
  OpNode(
      NodeDef def,
      List<Value> inputs,
      int fixedBatch,
      Supplier<Value.Floats> variable,
      Function<Function<String, Node>, Node> emit) {
    this.def = def;
    this.inputs = List.copyOf(inputs);
    this.fixedBatch = fixedBatch;
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

  /** The size of the batch that the model was exported with, -1 if it is free. */
  public int fixedBatch() {
    return fixedBatch;
  }

  /** An input that is computed from the model's input, an image's first axis not in the batch. */
  public Node activation(int index, String role) {
    Value.Activation activation = pointwise(index, role);
    if (activation.rows() != 1) {
      throw new UnsupportedNodeException(
          "its %s has %d rows an image in the batch's axis".formatted(role, activation.rows()),
          "reshape back to one row an image before it");
    }
    return activation.node();
  }

  /** An input that is computed from the model's input, for what computes element by element. */
  public Value.Activation pointwise(int index, String role) {
    if (input(index) instanceof Value.Moved moved) {
      throw new UnsupportedNodeException(
          "its %s has the batch at axis %d".formatted(role, moved.batchAxis()),
          "keep the batch the first axis");
    }
    if (input(index) instanceof Value.Activation activation) {
      return activation;
    }
    throw new UnsupportedNodeException(
        "its %s does not depend on the model's input".formatted(role));
  }

  /** An input that is computed from the model's input, wherever its batch is. */
  public Node wherever(int index, String role) {
    return input(index) instanceof Value.Moved moved ? moved.node() : activation(index, role);
  }

  /** The axis of the batch, -1 of a constant. */
  public int batchAxis(int index) {
    Value value = input(index);
    return value instanceof Value.Moved moved
        ? moved.batchAxis()
        : value instanceof Value.Activation ? 0 : -1;
  }

  /** The axes of an input as TensorFlow has them; that of the batch is 1. */
  public int[] dims(int index, String role) {
    Value value = input(index);
    if (value instanceof Value.Floats floats) {
      return floats.dims();
    }
    if (value instanceof Value.Integers integers) {
      return integers.dims();
    }
    return withBatch(wherever(index, role).shape(), Math.max(0, batchAxis(index)));
  }

  /** An image's axes behind one of size 1 for the batch. */
  public static int[] withBatch(Shape image) {
    return withBatch(image, 0);
  }

  private static int[] withBatch(Shape image, int batchAxis) {
    int[] dims = new int[image.rank() + 1];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = axis == batchAxis ? 1 : image.dim(axis < batchAxis ? axis : axis - 1);
    }
    return dims;
  }

  /** The axes of an image, of a tensor's with the batch as the first. */
  public static Shape withoutBatch(int[] dims) {
    return withoutBatch(dims, 0);
  }

  /** The axes of an image, of a tensor's with the batch at this axis. */
  public static Shape withoutBatch(int[] dims, int batchAxis) {
    return Shape.of(
        IntStream.range(0, dims.length)
            .filter(axis -> axis != batchAxis)
            .map(axis -> dims[axis])
            .toArray());
  }

  /** An axis counted from the front; a negative one counts from the end. */
  public static int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new UnsupportedNodeException("it has no axis %d of %d".formatted(axis, rank));
    }
    return (int) (axis < 0 ? axis + rank : axis);
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

  public float number(String attribute, float otherwise) {
    return def.containsAttr(attribute) ? def.getAttrOrThrow(attribute).getF() : otherwise;
  }

  /** Empty if the attribute is not there. */
  public List<Long> integerList(String attribute) {
    return def.getAttrOrDefault(attribute, AttrValue.getDefaultInstance()).getList().getIList();
  }

  /** The type that an attribute names, as TensorFlow's users write it. */
  public String typeName(String attribute) {
    return DataTypes.name(type(attribute));
  }

  public boolean bool(String attribute, boolean otherwise) {
    return def.containsAttr(attribute) ? def.getAttrOrThrow(attribute).getB() : otherwise;
  }

  public DataType type(String attribute) {
    return def.getAttrOrDefault(attribute, AttrValue.getDefaultInstance()).getType();
  }

  /** Adds a node to the graph, under the name that it is given, and yields its result. */
  public Value emit(Function<String, Node> make) {
    return new Value.Activation(add(make));
  }

  /** As {@link #emit}, of a node that changes no axis of what it takes. */
  public Value emitLike(Value.Activation input, Function<String, Node> make) {
    return new Value.Activation(add(make), input.rows());
  }

  /** Adds a node to the graph, under the name that it is given. */
  public Node add(Function<String, Node> make) {
    return emit.apply(make);
  }

  /** An activation under another shape of the same elements; no node if it has it already. */
  public Node reshape(Node input, Shape shape) {
    return input.shape().equals(shape) ? input : add(name -> Reshape.of(name, input, shape));
  }

  /** Elements of an activation, the selection's first axis being the batch of size 1. */
  public Node gather(Node input, Selection selection) {
    return gather(List.of(input), selection, 0);
  }

  /** Elements of some activations, the batch being this axis of the selection. */
  public Node gather(List<Node> inputs, Selection selection, int batchAxis) {
    Shape shape = withoutBatch(selection.dims(), batchAxis);
    Node first = inputs.get(0);
    return inputs.size() == 1 && selection.keepsOrder(first.shape().elements())
        ? reshape(first, shape)
        : add(name -> Gather.of(name, inputs, shape, Indices.of(selection.indices())));
  }

  /** A node's result, the batch being this axis of it. */
  public static Value withBatchAt(int batchAxis, Node node) {
    return batchAxis == 0 ? new Value.Activation(node) : new Value.Moved(node, batchAxis);
  }

  /** Elements of an input, be it constant or not; axes are those of {@link #dims}. */
  public Value select(int index, Selection selection) {
    if (batchAxis(index) >= 0) {
      activation(index, "input");
    }
    return select(index, selection, 0);
  }

  /** As {@link #select(int, Selection)}, the batch becoming this axis of the result. */
  public Value select(int index, Selection selection, int batchAxis) {
    Value value = input(index);
    if (value instanceof Value.Floats floats) {
      float[] values = new float[selection.indices().length];
      for (int i = 0; i < values.length; i++) {
        values[i] = floats.values()[selection.indices()[i]];
      }
      return new Value.Floats(floats.origin(), selection.dims(), values);
    }
    if (value instanceof Value.Integers integers) {
      return integers.select(selection.dims(), selection.indices());
    }
    Node input = wherever(index, "input");
    return withBatchAt(batchAxis, gather(List.of(input), selection, batchAxis));
  }
}
