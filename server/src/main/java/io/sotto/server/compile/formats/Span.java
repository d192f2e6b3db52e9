package io.sotto.server.compile.formats;

/** The ends of the range that a value's bits are chosen for. */
record Span(double low, double high) {
  static Span of(Bounds bounds) {
    return new Span(bounds.min(), bounds.max());
  }

  static Span symmetric(double limit) {
    return new Span(-limit, limit);
  }

  double maxAbs() {
    return Math.max(-low, high);
  }

  /** What lies within both. */
  Span meet(Span other) {
    return new Span(Math.max(low, other.low), Math.min(high, other.high));
  }
}
