package io.sotto.benchmarks.report;

import java.awt.geom.Rectangle2D;
import java.text.NumberFormat;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.renderer.category.LineAndShapeRenderer;
import org.jfree.data.category.DefaultCategoryDataset;

/** Two shares a row, as a dot and a mark on a part of the scale that holds them all. */
record DotChart(String name, String title, String first, String second, List<Row> rows)
    implements Picture {
  /** Shares of one; the first one is the system's, the second what it is compared with. */
  record Row(String label, double share, double reference) {
    private String text() {
      return String.format(
          Locale.ROOT, "%s: %.2f\u00a0%%, %.2f\u00a0%%", label, 100 * share, 100 * reference);
    }
  }

  @Override
  public int height() {
    return 110 + 64 * rows.size();
  }

  @Override
  public JFreeChart chart() {
    DefaultCategoryDataset shares = new DefaultCategoryDataset();
    double least = 1;
    for (Row row : rows) {
      shares.addValue(row.share, first, row.text());
      shares.addValue(row.reference, second, row.text());
      least = Math.min(least, Math.min(row.share, row.reference));
    }
    LineAndShapeRenderer renderer = new LineAndShapeRenderer(false, true);
    renderer.setSeriesPaint(0, Style.INK);
    renderer.setSeriesShape(0, Style.dot(5));
    renderer.setSeriesPaint(1, Style.MUTED);
    renderer.setSeriesShape(1, new Rectangle2D.Double(-1, -8, 2, 16));
    NumberAxis axis = new NumberAxis(null);
    NumberFormat percent = NumberFormat.getPercentInstance(Locale.ROOT);
    percent.setMinimumFractionDigits(1);
    axis.setNumberFormatOverride(percent);
    double low = Math.max(0, Math.floor(least * 100 - 0.3) / 100);
    axis.setRange(low, 1 + 0.05 * (1 - low));
    return Style.chart(Style.rows(shares, axis, renderer));
  }
}
