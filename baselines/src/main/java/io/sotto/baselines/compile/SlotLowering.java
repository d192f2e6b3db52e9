package io.sotto.baselines.compile;

import io.sotto.graph.AvgPool;
import io.sotto.graph.BiasAdd;
import io.sotto.graph.Conv2D;
import io.sotto.graph.ElementSources;
import io.sotto.graph.Gather;
import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.MatMul;
import io.sotto.graph.Multiply;
import io.sotto.graph.Node;
import io.sotto.graph.Pad;
import io.sotto.graph.Relu;
import io.sotto.graph.Reshape;
import io.sotto.graph.Scale;
import io.sotto.graph.Shape;
import io.sotto.server.compile.affine.AffineMap;
import io.sotto.server.compile.affine.Matrix;
import io.sotto.server.compile.operations.WeightedNodes;
import io.sotto.server.model.CompileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Folds a chain of linear nodes and activations of one kind into layers. Pads and other moves of
 * elements become references of the layer after them, biases and factors part of the layer before
 * them.
 */
final class SlotLowering {
  private final Graph graph;
  private final Chains chains;
  private final List<SlotLayer> layers = new ArrayList<>();

  /** The layer that isn't done yet, null after a square. */
  private @Nullable SlotLayer pending;

  /** Where the current elements are among those that the pending layer, or the last one, gives. */
  private int[] view;

  private int source;

  /** The chains that a scheme takes. */
  enum Chains {
    OF_SQUARES("cryptonets", "squares"),
    OF_RELUS("mp2ml", "relus");

    private final String scheme;
    private final String activations;

    Chains(String scheme, String activations) {
      this.scheme = scheme;
      this.activations = activations;
    }
  }

  private SlotLowering(Graph graph, Chains chains) {
    this.graph = graph;
    this.chains = chains;
    this.source = graph.input().shape().elements();
    this.view = identity(source);
  }

  /**
   * The layers, without results that the next one doesn't take; after squares there is a last one
   * without.
   *
   * @throws CompileException if the graph is no chain of such nodes
   */
  static List<SlotLayer> lower(Graph graph, Chains chains) {
    if (graph.inputs().size() != 1 || graph.outputs().size() != 1) {
      throw new CompileException(
          "scheme %s takes models with one input and one output".formatted(chains.scheme));
    }
    SlotLowering lowering = new SlotLowering(graph, chains);
    Node current = graph.input();
    for (Node node : graph.nodes()) {
      if (!(node instanceof Input)
          && !node.inputs().stream().distinct().toList().equals(List.of(current.name()))) {
        throw new CompileException(
            "the model branches at %s; scheme %s takes chains of layers only"
                .formatted(node.name(), chains.scheme));
      }
      lowering.follow(node);
      current = node;
    }
    if (chains == Chains.OF_SQUARES || !lowering.isDone()) {
      lowering.materialize(current.name());
      lowering.flush();
    }
    return withoutUnused(lowering.layers);
  }

  /** A stride may pass over the last rows of what it takes: nobody needs to compute them. */
  private static List<SlotLayer> withoutUnused(List<SlotLayer> layers) {
    List<SlotLayer> left = new ArrayList<>(layers);
    for (int i = left.size() - 1; i > 0; i--) {
      boolean[] used = left.get(i).used();
      used[0] = true; // Of a layer that takes nothing but zeros.
      left.set(i - 1, left.get(i - 1).keeping(used));
      left.set(i, left.get(i).afterKeeping(used));
    }
    return List.copyOf(left);
  }

  private static int[] identity(int elements) {
    return IntStream.range(0, elements).toArray();
  }

  private void follow(Node node) {
    if (node instanceof Conv2D conv) {
      start(node, WeightedNodes.map(conv, input(conv)));
    } else if (node instanceof MatMul product) {
      start(node, WeightedNodes.map(product));
    } else if (node instanceof AvgPool pool) {
      start(node, averages(pool, input(pool)));
    } else if (node instanceof BiasAdd add) {
      double[] ones = new double[node.shape().elements()];
      Arrays.fill(ones, 1);
      pending = materialize(node.name()).scaled(node.name(), ones, doubles(add.offsets()));
    } else if (node instanceof Scale scale) {
      double[] factors = doubles(scale.factors());
      pending = materialize(node.name()).scaled(node.name(), factors, doubles(scale.offsets()));
    } else if (chains == Chains.OF_SQUARES
        && node instanceof Multiply product
        && product.isSquare()) {
      activate(node, SlotLayer.Activation.SQUARE);
    } else if (chains == Chains.OF_RELUS && node instanceof Relu) {
      activate(node, SlotLayer.Activation.RELU);
    } else if (node instanceof Pad pad && pad.value() == 0) {
      view = viewed(ElementSources.of(pad, input(pad)));
    } else if (node instanceof Gather gather) {
      view = viewed(gather.indices().toArray());
    } else if (node instanceof Reshape || node instanceof Input) {
      // The elements are the same, in the same order.
    } else {
      throw new CompileException(
          "%s is a %s; scheme %s computes linear layers and %s only, scheme hybrid this too"
              .formatted(node.name(), node.kind(), chains.scheme, chains.activations));
    }
  }

  /** Zeros stay zeros, so it doesn't matter that the view comes after the activation. */
  private void activate(Node node, SlotLayer.Activation activation) {
    pending = layer(node.inputs().get(0)).with(activation);
    flush();
  }

  /** The pending layer, or one that changes nothing. */
  private SlotLayer layer(String name) {
    if (pending == null) {
      pending = SlotLayer.select(name, source, identity(source));
    }
    return pending;
  }

  /** A pending layer whose outputs are the current elements in order. */
  private SlotLayer materialize(String name) {
    if (pending == null || !Arrays.equals(view, identity(pending.outputs()))) {
      flush();
      pending = SlotLayer.select(name, source, view);
      view = identity(view.length);
    }
    return pending;
  }

  /** Whether the current elements are what the last layer gives, in order. */
  private boolean isDone() {
    return pending == null && !layers.isEmpty() && Arrays.equals(view, identity(source));
  }

  private void flush() {
    if (pending != null) {
      layers.add(pending);
      source = pending.outputs();
      pending = null;
    }
  }

  /** A layer of the current elements. */
  private void start(Node node, AffineMap map) {
    int[] elements = view;
    flush();
    pending = new SlotLayer(node.name(), map.renumbered(elements, source));
    view = identity(map.outputs());
  }

  private Shape input(Node node) {
    return graph.inputsOf(node).get(0).shape();
  }

  /** A row for each channel of each position: its own elements alone, none times zero. */
  private static AffineMap averages(AvgPool node, Shape in) {
    Map<Integer, Matrix> means = new HashMap<>();
    List<AffineMap.Block> blocks = new ArrayList<>();
    for (int y = 0; y < node.shape().dim(0); y++) {
      for (int x = 0; x < node.shape().dim(1); x++) {
        for (int channel = 0; channel < in.dim(2); channel++) {
          int[] refs = ElementSources.of(node.window(), in, y, x, channel);
          blocks.add(
              new AffineMap.Block(refs, means.computeIfAbsent(refs.length, SlotLowering::mean)));
        }
      }
    }
    return AffineMap.of(in.elements(), blocks);
  }

  private static Matrix mean(int elements) {
    double[] weights = new double[elements];
    Arrays.fill(weights, 1.0 / elements);
    return new Matrix(1, elements, weights);
  }

  /** The same references through the view. */
  private int[] viewed(int[] elements) {
    return Arrays.stream(elements)
        .map(element -> element == ElementSources.NOTHING ? AffineMap.ZERO : view[element])
        .toArray();
  }

  private static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    Arrays.setAll(doubles, i -> floats[i]);
    return doubles;
  }
}
