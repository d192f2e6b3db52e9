package io.sotto.benchmarks.report;

import io.sotto.benchmarks.grid.BenchSystem;
import java.util.List;

/** Colours: each system has its own in every picture. */
final class Palette {
  static final String SURFACE = "#fcfcfb";
  static final String INK = "#1a1a19";
  static final String MUTED = "#5f5e5a";
  static final String GRID = "#e4e3df";

  /** Of parts that have no system. */
  private static final List<String> PARTS =
      List.of(
          "#2a78d6", "#1baf7a", "#eda100", "#4a3aa7", "#e34948", "#008300", "#e87ba4", "#eb6834",
          "#7a5c3e", "#00a3ad", "#b5179e", "#8a8d91", "#9bc53d", "#5f0f40");

  private Palette() {}

  static String system(BenchSystem system) {
    return switch (system) {
      case HYBRID -> "#2a78d6";
      case MP2ML -> "#4a3aa7";
      case CRYPTONETS -> "#eb6834";
    };
  }

  static String part(int index) {
    return PARTS.get(index % PARTS.size());
  }
}
