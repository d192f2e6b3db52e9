package io.sotto.benchmarks.report;

import java.awt.Color;
import java.text.NumberFormat;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StackedBarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.CategoryDataset;
import org.jfree.data.category.DefaultCategoryDataset;

/**
 * Bars from zero on, in groups: those of a group lie one after another, as shares of it, or below
 * one another with their values.
 */
record BarChart(String name, String title, String unit, boolean shares, List<Bar> bars)
    implements Picture {
  /** A bar; those of the same name have the same colour and one place in the legend. */
  record Bar(String group, String name, Color color, double value) {}

  private static final StandardCategoryItemLabelGenerator VALUES =
      new StandardCategoryItemLabelGenerator() {
        private static final long serialVersionUID = 1L;

        @Override
        public String generateLabel(CategoryDataset values, int row, int column) {
          return Tables.number(values.getValue(row, column).doubleValue());
        }
      };

  @Override
  public int height() {
    long rows = shares ? bars.stream().map(Bar::group).distinct().count() : bars.size();
    return (int) (110 + (shares ? 56 : 28) * rows);
  }

  @Override
  public JFreeChart chart() {
    DefaultCategoryDataset values = new DefaultCategoryDataset();
    BarRenderer renderer = shares ? new StackedBarRenderer() : new BarRenderer();
    for (Bar bar : bars) {
      values.addValue(bar.value(), bar.name(), bar.group());
      renderer.setSeriesPaint(values.getRowIndex(bar.name()), bar.color());
    }
    renderer.setBarPainter(new StandardBarPainter());
    renderer.setShadowVisible(false);
    renderer.setItemMargin(0.05);
    NumberAxis axis = new NumberAxis(unit);
    if (shares) {
      axis.setRange(0, 1);
      axis.setNumberFormatOverride(NumberFormat.getPercentInstance(Locale.ROOT));
    } else {
      axis.setUpperMargin(0.2);
      renderer.setDefaultItemLabelsVisible(true);
      renderer.setDefaultItemLabelGenerator(VALUES);
      renderer.setDefaultItemLabelFont(Style.TEXT);
      renderer.setDefaultItemLabelPaint(Style.MUTED);
      renderer.setDefaultPositiveItemLabelPosition(
          new ItemLabelPosition(ItemLabelAnchor.OUTSIDE3, TextAnchor.CENTER_LEFT));
    }
    return Style.chart(Style.rows(values, axis, renderer));
  }
}
