package io.sotto.benchmarks.report;

import io.sotto.benchmarks.report.Drawing.Anchor;
import java.util.List;
import java.util.Locale;

/**
 * Lines over two logarithmic axes, with the spread of each point where it is known.
 *
 * @param xLabel what the horizontal axis, whose marks are powers of two, stands for
 * @param yLabel what the vertical axis, whose marks are powers of ten, stands for
 */
record LineChart(String name, String title, String xLabel, String yLabel, List<Series> series)
    implements Picture {
  private static final double TEXT = 13;
  private static final int LEFT = 62;
  private static final int RIGHT = 18;
  private static final int BOTTOM = 46;

  /** A point; low and high are the ends of its spread. */
  record Point(double x, double y, double low, double high) {}

  /** A line. */
  record Series(String name, String color, List<Point> points) {}

  @Override
  public int height(int width) {
    return width < 500 ? 330 : 380;
  }

  @Override
  public void draw(Drawing on, int width, int height) {
    Scales scales = new Scales(width, height);
    for (double mark = scales.lowY; mark <= scales.highY * 1.001; mark *= 10) {
      double y = scales.y(mark);
      on.line(LEFT, y, (double) width - RIGHT, y, Palette.GRID, 1);
      on.text(LEFT - 8, y + 4, number(mark), Anchor.END, TEXT, Palette.MUTED);
    }
    int step = width < 500 ? 4 : 2;
    int exponent = 0;
    for (double mark = scales.lowX; mark <= scales.highX * 1.001; mark *= 2) {
      if (exponent++ % step == 0) {
        on.text(
            scales.x(mark),
            (double) height - BOTTOM + 20,
            number(mark),
            Anchor.MIDDLE,
            TEXT,
            Palette.MUTED);
      }
    }
    double middle = (LEFT + width - RIGHT) / 2.0;
    on.text(middle, height - 6.0, xLabel, Anchor.MIDDLE, TEXT, Palette.MUTED);
    on.text(4, 16, yLabel, Anchor.START, TEXT, Palette.MUTED);
    Legend.draw(
        on,
        series.stream().map(Series::name).toList(),
        series.stream().map(Series::color).toList(),
        LEFT,
        40,
        width - RIGHT);
    for (Series line : series) {
      drawLine(on, line, scales);
    }
  }

  private static void drawLine(Drawing on, Series line, Scales scales) {
    for (int i = 0; i < line.points().size(); i++) {
      Point point = line.points().get(i);
      double x = scales.x(point.x());
      double y = scales.y(point.y());
      if (i > 0) {
        Point before = line.points().get(i - 1);
        on.line(scales.x(before.x()), scales.y(before.y()), x, y, line.color(), 2);
      }
      on.line(x, scales.y(point.low()), x, scales.y(point.high()), line.color(), 1);
      on.circle(x, y, 4, line.color());
    }
  }

  /** From figures to pixels. */
  private final class Scales {
    private final double lowX;
    private final double highX;
    private final double lowY;
    private final double highY;
    private final int width;
    private final int height;
    private final int top = 46 + 20 * Legend.rows(series.stream().map(Series::name).toList(), 300);

    Scales(int width, int height) {
      this.width = width;
      this.height = height;
      double[] xs =
          series.stream().flatMap(s -> s.points().stream()).mapToDouble(Point::x).toArray();
      double[] lows =
          series.stream().flatMap(s -> s.points().stream()).mapToDouble(Point::low).toArray();
      double[] highs =
          series.stream().flatMap(s -> s.points().stream()).mapToDouble(Point::high).toArray();
      double leastX = java.util.Arrays.stream(xs).min().orElse(1);
      double mostX = java.util.Arrays.stream(xs).max().orElse(2);
      lowX = Math.pow(2, Math.floor(log2(leastX) + 1e-9));
      highX = Math.max(2 * lowX, Math.pow(2, Math.ceil(log2(mostX) - 1e-9)));
      lowY = Math.pow(10, Math.floor(Math.log10(java.util.Arrays.stream(lows).min().orElse(1))));
      highY =
          Math.max(
              10 * lowY,
              Math.pow(10, Math.ceil(Math.log10(java.util.Arrays.stream(highs).max().orElse(10)))));
    }

    double x(double value) {
      double share = log2(value / lowX) / log2(highX / lowX);
      return LEFT + 8 + share * (width - LEFT - RIGHT - 16);
    }

    double y(double value) {
      double share = Math.log10(value / lowY) / Math.log10(highY / lowY);
      return height - BOTTOM - share * (height - BOTTOM - top);
    }
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  static String number(double value) {
    if (value >= 1e6) {
      return String.format(Locale.ROOT, "%.0fM", value / 1e6);
    }
    if (value >= 1e3) {
      return String.format(Locale.ROOT, "%.0fk", value / 1e3);
    }
    return value >= 1
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(
            Locale.ROOT,
            "%s",
            value >= 1e-3 ? trimmed(value) : "1e-" + Math.round(-Math.log10(value)));
  }

  private static String trimmed(double value) {
    return String.format(Locale.ROOT, "%.3f", value).replaceAll("0+$", "");
  }
}
