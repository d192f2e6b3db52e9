package io.sotto.benchmarks.report;

import io.sotto.benchmarks.report.Drawing.Anchor;
import java.util.List;

/** Names beside their colours, in as many rows as it takes. */
final class Legend {
  private static final double TEXT = 13;
  private static final double ROW = 20;

  private Legend() {}

  private static double entry(String name) {
    return 18 + Drawing.widthOf(name, TEXT) + 16;
  }

  /** Rows that the names take. */
  static int rows(List<String> names, double width) {
    int rows = 1;
    double x = 0;
    for (String name : names) {
      if (x > 0 && x + entry(name) > width) {
        rows++;
        x = 0;
      }
      x += entry(name);
    }
    return rows;
  }

  static void draw(
      Drawing on, List<String> names, List<String> colors, double left, double top, double right) {
    double x = left;
    double y = top;
    for (int i = 0; i < names.size(); i++) {
      double width = entry(names.get(i));
      if (x > left && x + width > right) {
        x = left;
        y += ROW;
      }
      on.rect(x, y - 10, 12, 12, colors.get(i));
      on.text(x + 18, y, names.get(i), Anchor.START, TEXT, Palette.INK);
      x += width;
    }
  }
}
