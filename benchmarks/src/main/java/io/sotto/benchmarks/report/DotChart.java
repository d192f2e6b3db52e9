package io.sotto.benchmarks.report;

import io.sotto.benchmarks.report.Drawing.Anchor;
import java.util.List;
import java.util.Locale;

/** Two shares a row, as dots on a part of the scale that holds them all. */
record DotChart(String name, String title, String first, String second, List<Row> rows)
    implements Picture {
  private static final double TEXT = 13;
  private static final int ROW = 46;
  private static final int TOP = 34;
  private static final int BOTTOM = 30;
  private static final int SIDE = 34;

  /** Shares of one; the first one is the system's, the second what it is compared with. */
  record Row(String label, String color, double share, double reference) {}

  @Override
  public int height(int width) {
    return TOP + ROW * rows.size() + BOTTOM;
  }

  @Override
  public void draw(Drawing on, int width, int height) {
    double least =
        rows.stream().mapToDouble(row -> Math.min(row.share, row.reference)).min().orElse(0);
    double low = Math.max(0, Math.floor(least * 100 - 0.3) / 100);
    on.circle(10, 12, 5, Palette.INK);
    on.text(20, 16, first, Anchor.START, TEXT, Palette.INK);
    double next = 40 + Drawing.widthOf(first, TEXT);
    on.line(next, 6, next, 18, Palette.MUTED, 2);
    on.text(next + 8, 16, second, Anchor.START, TEXT, Palette.INK);
    int marks = 4;
    for (int i = 0; i <= marks; i++) {
      double share = low + (1 - low) * i / marks;
      double x = x(share, low, width);
      on.line(x, TOP, x, (double) height - BOTTOM, Palette.GRID, 1);
      on.text(x, height - 10.0, percent(share), Anchor.MIDDLE, TEXT, Palette.MUTED);
    }
    double y = TOP;
    for (Row row : rows) {
      on.text(
          4,
          y + 14,
          "%s: %s, %s".formatted(row.label, percent(row.share), percent(row.reference)),
          Anchor.START,
          TEXT,
          Palette.INK);
      double reference = x(row.reference, low, width);
      on.line(x(row.share, low, width), y + 29, reference, y + 29, Palette.GRID, 2);
      on.line(reference, y + 21, reference, y + 37, Palette.MUTED, 2);
      on.circle(x(row.share, low, width), y + 29, 5, row.color);
      y += ROW;
    }
  }

  private static double x(double share, double low, int width) {
    return SIDE + (share - low) / (1 - low) * (width - 2.0 * SIDE);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}
