package io.sotto.server.compile.formats;

import io.sotto.graph.Node;
import io.sotto.server.model.FixedPointSettings;
import io.sotto.server.model.Ranges;
import io.sotto.server.model.Ranges.InputBits;
import io.sotto.server.model.Ranges.LayerBits;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of how far a model's values go.
 *
 * @param measured what calibration saw; null for none
 * @param synthetic what random inputs gave, for where bounds are too wide; null for none
 * @param headroom by how much values may exceed what calibration saw
 */
record KnownRanges(@Nullable Ranges measured, @Nullable Ranges synthetic, double headroom) {
  /** How much further than random inputs real ones are taken to go where bounds are too wide. */
  static final double SYNTHETIC_HEADROOM = 4;

  static KnownRanges of(
      FixedPointSettings settings, @Nullable Ranges measured, @Nullable Ranges synthetic) {
    return new KnownRanges(measured, synthetic, settings.headroom());
  }

  boolean isMeasured() {
    return measured != null;
  }

  /** What calibration found that an input needs. */
  Optional<InputBits> input(String name) {
    return Optional.ofNullable(measured).flatMap(ranges -> ranges.input(name));
  }

  /** What calibration found that a linear layer needs. */
  Optional<LayerBits> layer(String name) {
    return Optional.ofNullable(measured).flatMap(ranges -> ranges.layer(name));
  }

  /** The largest magnitude of a node's values that was seen, or else a bound. */
  double expected(@Nullable Node node, double bound) {
    return measured == null || node == null ? bound : measured.maxAbs(node.name());
  }

  /** What follows from other values, and what calibration saw of a node if it did. */
  Span within(@Nullable Node node, Span derived) {
    return span(node).map(derived::meet).orElse(derived);
  }

  /** What a node's values are taken to stay in, if calibration saw them. */
  Optional<Span> span(@Nullable Node node) {
    return measured == null || node == null
        ? Optional.empty()
        : Optional.of(span(measured, node, headroom));
  }

  /** The same by random inputs, if there was no calibration. */
  Optional<Span> synthetic(@Nullable Node node) {
    return measured == null && synthetic != null && node != null
        ? Optional.of(span(synthetic, node, SYNTHETIC_HEADROOM))
        : Optional.empty();
  }

  /** The largest magnitude that is taken to be typical of a node's values. */
  double typical(@Nullable Node node, double most) {
    return measured == null && synthetic != null && node != null
        ? Math.min(most, synthetic.maxAbs(node.name()) * SYNTHETIC_HEADROOM)
        : most;
  }

  private static Span span(Ranges ranges, Node node, double headroom) {
    return new Span(
        Math.min(0, ranges.assumedMin(node.name(), headroom)),
        Math.max(0, ranges.assumedMax(node.name(), headroom)));
  }
}
