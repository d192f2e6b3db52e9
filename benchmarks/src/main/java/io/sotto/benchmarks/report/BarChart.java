package io.sotto.benchmarks.report;

import io.sotto.benchmarks.report.Drawing.Anchor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Horizontal bars, each made of parts one after another, from zero on; what a bar is worth stands
 * at its end.
 */
record BarChart(String name, String title, List<Bar> bars) implements Picture {
  private static final double TEXT = 13;
  private static final int ROW = 46;
  private static final int LEFT = 4;

  /** A part of a bar; parts of the same name have the same colour and one place in the legend. */
  record Part(String name, String color, double value) {}

  /**
   * A bar.
   *
   * @param label above it
   * @param value at its end, in words
   */
  record Bar(String label, String value, List<Part> parts) {
    double total() {
      return parts.stream().mapToDouble(Part::value).sum();
    }
  }

  private Map<String, String> legend() {
    Map<String, String> colors = new TreeMap<>();
    for (Bar bar : bars) {
      bar.parts().forEach(part -> colors.put(part.name(), part.color()));
    }
    return colors;
  }

  private int top(int width) {
    List<String> names = new ArrayList<>(legend().keySet());
    return names.size() < 2 ? 8 : 20 * Legend.rows(names, width - 2.0 * LEFT) + 12;
  }

  @Override
  public int height(int width) {
    return top(width) + ROW * bars.size() + 8;
  }

  @Override
  public void draw(Drawing on, int width, int height) {
    Map<String, String> legend = legend();
    if (legend.size() > 1) {
      Legend.draw(
          on,
          new ArrayList<>(legend.keySet()),
          new ArrayList<>(legend.values()),
          LEFT,
          16,
          (double) width - LEFT);
    }
    double longest = bars.stream().mapToDouble(Bar::total).max().orElse(1);
    double room =
        width
            - 2.0 * LEFT
            - 12
            - bars.stream().mapToDouble(bar -> Drawing.widthOf(bar.value(), TEXT)).max().orElse(0);
    double y = top(width);
    for (Bar bar : bars) {
      on.text(LEFT, y + 13, bar.label(), Anchor.START, TEXT, Palette.INK);
      double x = LEFT;
      for (Part part : bar.parts()) {
        double length = part.value() / longest * room;
        on.rect(
            x, y + 19, Math.max(0.5, length - (bar.parts().size() > 1 ? 1 : 0)), 16, part.color());
        x += length;
      }
      on.text(x + 8, y + 32, bar.value(), Anchor.START, TEXT, Palette.MUTED);
      y += ROW;
    }
  }
}
