package io.sotto.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The smallest and the largest value of each node of a graph: measured over calibration inputs,
 * which promises nothing about others, or bounded for every input of a range, which is wide.
 */
public final class NumericRanges {
  private final Map<String, Range> ranges;
  private final long images;

  /** An interval of values, both ends included. */
  public record Range(float min, float max) {
    public Range {
      if (!(min <= max) || !Float.isFinite(min) || !Float.isFinite(max)) {
        throw new IllegalArgumentException(
            "a range has finite ends, the smaller one first, unlike %s and %s".formatted(min, max));
      }
    }

    public float maxAbs() {
      return Math.max(Math.abs(min), Math.abs(max));
    }

    public Range union(Range other) {
      return new Range(Math.min(min, other.min), Math.max(max, other.max));
    }
  }

  private NumericRanges(Map<String, Range> ranges, long images) {
    this.ranges = ranges;
    this.images = images;
  }

  /** The ranges over one array of images. */
  public static NumericRanges measure(Graph graph, float[] images) {
    Recorder recorder = new Recorder(graph);
    recorder.add(images);
    return recorder.ranges();
  }

  /** The ranges over one array of images an input. */
  public static NumericRanges measure(Graph graph, List<float[]> inputs) {
    Recorder recorder = new Recorder(graph);
    recorder.add(inputs);
    return recorder.ranges();
  }

  /** The ranges that no inputs with values in the given range can leave. */
  public static NumericRanges bound(Graph graph, Range inputs) {
    Map<String, Range> each = new HashMap<>();
    graph.inputs().forEach(input -> each.put(input.name(), inputs));
    return bound(graph, each);
  }

  /**
   * The ranges that no inputs with values in the given ranges can leave.
   *
   * @param inputs a range for each input's name
   */
  public static NumericRanges bound(Graph graph, Map<String, Range> inputs) {
    return new NumericRanges(RangeBounds.of(graph, inputs), 0);
  }

  /**
   * The range of a node's result.
   *
   * @throws IllegalArgumentException if the graph had no such node
   */
  public Range of(Node node) {
    Range range = ranges.get(node.name());
    if (range == null) {
      throw new IllegalArgumentException(
          "no range was measured for %s, only for %s".formatted(node.name(), ranges.keySet()));
    }
    return range;
  }

  /** How many images the ranges come from; 0 if they are bounds. */
  public long images() {
    return images;
  }

  @Override
  public String toString() {
    return ranges + (images == 0 ? " as bounds" : " over " + images + " images");
  }

  /** Collects ranges over batches of images, one batch in memory at a time. Not thread-safe. */
  public static final class Recorder {
    private final GraphInterpreter interpreter;
    private final Map<String, Range> ranges = new HashMap<>();
    private long images;

    public Recorder(Graph graph) {
      interpreter = new GraphInterpreter(graph);
    }

    /**
     * Runs these images, image after image.
     *
     * @throws IllegalArgumentException if a value, given or computed, is not finite
     */
    public void add(float[] batch) {
      add(List.of(batch));
    }

    /** As {@link #add(float[])}, one array an input. */
    public void add(List<float[]> batch) {
      interpreter.run(batch, this::record);
      images += interpreter.images(batch);
    }

    /**
     * What was seen so far.
     *
     * @throws IllegalStateException if no image was added yet
     */
    public NumericRanges ranges() {
      if (images == 0) {
        throw new IllegalStateException("ranges need at least one image; none was added");
      }
      Map<String, Range> ordered = new LinkedHashMap<>();
      for (Node node : interpreter.graph().nodes()) {
        Range range = ranges.get(node.name());
        if (range == null) {
          throw new IllegalStateException("no range of " + node.name());
        }
        ordered.put(node.name(), range);
      }
      return new NumericRanges(ordered, images);
    }

    private void record(Node node, float[] values, int count) {
      float min = values[0];
      float max = values[0];
      for (float value : values) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
      if (!Float.isFinite(min) || !Float.isFinite(max)) {
        throw new IllegalArgumentException(
            node instanceof Input
                ? "calibration inputs are finite; these hold NaN or infinity"
                : "%s yields NaN or infinity on a calibration input".formatted(node.name()));
      }
      ranges.merge(node.name(), new Range(min, max), Range::union);
    }
  }
}
