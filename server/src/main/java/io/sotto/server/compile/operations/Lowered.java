package io.sotto.server.compile.operations;

import io.sotto.graph.Graph;
import io.sotto.graph.Input;
import io.sotto.graph.NumericRanges;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A graph as operations, to be compiled with one or many choices of formats. Immutable but for what
 * it keeps, which is made when it is first asked for; any thread may.
 */
public final class Lowered {
  private static final int SYNTHETIC_IMAGES = 32;
  private static final long SYNTHETIC_SEED = 1;

  private final Graph graph;
  private final boolean classes;
  private final Operations operations;
  private @Nullable Operations widened;

  private Lowered(Graph graph, boolean classes) {
    this.graph = graph;
    this.classes = classes;
    this.operations = Lowering.lower(graph, classes, false);
  }

  /**
   * Lowers a graph.
   *
   * @param classes whether only the places of the largest outputs are told
   */
  public static Lowered of(Graph graph, boolean classes) {
    return new Lowered(graph, classes);
  }

  public Graph graph() {
    return graph;
  }

  public Operations operations() {
    return operations;
  }

  /** With what is multiplied in as many bits as the products. */
  public synchronized Operations widened() {
    if (widened == null) {
      widened = Lowering.lower(graph, classes, true);
    }
    return widened;
  }

  public boolean multiplies() {
    return operations.all().stream().anyMatch(Op.Multiply.class::isInstance);
  }

  /** Weights times inputs that one image takes. */
  public long multiplications() {
    return operations.all().stream()
        .filter(Op.Linear.class::isInstance)
        .mapToLong(layer -> ((Op.Linear) layer).map().multiplications())
        .sum();
  }

  /** Ranges on random inputs. */
  public Ranges synthetic(FixedPointSettings settings) {
    float limit = settings.inputLimit() == null ? 1 : settings.inputLimit().floatValue();
    List<float[]> inputs = random(graph, name -> limit, SYNTHETIC_IMAGES, SYNTHETIC_SEED);
    return Ranges.of(graph, NumericRanges.measure(graph, inputs));
  }

  /** The largest magnitude of an input. */
  @FunctionalInterface
  public interface Limits {
    public float of(String input);
  }

  /** Inputs all of whose numbers are as likely as others within their limits. */
  public static List<float[]> random(Graph graph, Limits limits, int count, long seed) {
    Random random = new Random(seed);
    List<float[]> inputs = new ArrayList<>();
    for (Input input : graph.inputs()) {
      float limit = limits.of(input.name());
      float[] images = new float[Math.multiplyExact(input.shape().elements(), count)];
      for (int i = 0; i < images.length; i++) {
        images[i] = (2 * random.nextFloat() - 1) * limit;
      }
      inputs.add(images);
    }
    return inputs;
  }
}
